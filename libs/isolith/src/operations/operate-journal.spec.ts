import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { showAudit, showEvents } from './operate-journal.js';
import { ScriptedHost } from './spec-support/scripted-host.js';

let host: ScriptedHost;
beforeEach(async () => (host = await ScriptedHost.open()));
afterEach(() => host.close());

const at = '2026-01-01T00:00:00.000Z';
const placed = {
  position: 3,
  version: 1,
  type: 'orders.placed',
  at,
  messageId: 'm',
  correlationId: 'c',
  data: { orderId: '7' },
};

describe('the command line of what was recorded', () => {
  const when = (...words: readonly string[]) => host.when(showEvents, ...words);

  it('lists events of a context, and where they go on', async () => {
    const hidden = { ...placed, position: 2, stream: 'order-6', data: undefined, hidden: 'unknown here' };
    host.answer = { status: 200, body: { items: [{ ...placed, stream: 'order-7' }, hidden], nextCursor: '2' } };
    expect(await when('list', 'orders', 'orders.placed', '9')).toEqual({
      code: 0,
      said: [
        `3 ${at} orders.placed order-7 {"orderId":"7"}`,
        `2 ${at} orders.placed order-6 (unknown here)`,
        'there is more behind 2',
      ],
    });
    expect(host.requests).toMatchObject([{ url: '/actuator/events/orders?limit=100&type=orders.placed&cursor=9' }]);
  });

  it('tells one stream with its states', async () => {
    const items = [{ ...placed, state: { placed: true } }];
    host.answer = { status: 200, body: { stream: 'order-7', aggregate: 'order', stateless: 'too long', items } };
    expect(await when('stream', 'orders', 'order-7')).toEqual({
      code: 0,
      said: [`1 ${at} orders.placed {"orderId":"7"}`, '  order {"placed":true}', 'without a state: too long'],
    });
    expect(host.requests).toMatchObject([{ url: '/actuator/events/orders/order-7?limit=100' }]);
  });

  it('tells what one request led to, and who gave no answer', async () => {
    const items = [
      { id: 'c1', kind: 'command', name: 'orders.place', at, context: 'orders', outcome: 'success' },
      { id: 'e1', parent: 'c1', kind: 'event', name: 'orders.placed', at, context: 'orders' },
    ];
    host.answer = {
      status: 200,
      body: { correlationId: 'a/b', items, more: true, unreachable: [{ context: 'users', reason: 'away' }] },
    };
    expect(await when('causes', 'a/b')).toEqual({
      code: 1,
      said: [
        `${at} orders command orders.place c1 success`,
        `${at} orders event orders.placed e1 after c1`,
        'there is more than that',
        'users: gave no answer: away',
      ],
    });
    expect(host.requests).toMatchObject([{ url: '/actuator/causes/a%2Fb' }]);
  });

  it.each([[[]], [['list']], [['stream', 'orders']], [['causes', 'a', 'b']], [['toString', 'orders']], [['list', '']]])(
    'asks nobody for what is no command: %j',
    async (words) => {
      const { code, said } = await when(...words);
      expect([code, said[0]]).toEqual([1, 'expected one of']);
      expect(host.requests).toEqual([]);
    },
  );
});

describe('the command line of the audit', () => {
  const when = (...words: readonly string[]) => host.when(showAudit, ...words);

  it('shows who did what, why and what came of it', async () => {
    const act = { context: 'mails', at, operator: 'ann', act: 'edit-parked', subject: { id: '7' }, outcome: {} };
    const items = [
      { ...act, reason: 'moved' },
      { ...act, act: 'discard' },
    ];
    host.answer = { status: 200, body: { items, nextCursor: '4', unreachable: [] } };
    expect(await when('mails', '9')).toEqual({
      code: 0,
      said: [
        `${at} mails edit-parked by ann: moved {"id":"7"} {}`,
        `${at} mails discard by ann {"id":"7"} {}`,
        'there is more behind 4',
      ],
    });
    await when();
    expect(host.requests).toMatchObject([
      { url: '/actuator/audit?limit=100&context=mails&cursor=9' },
      { url: '/actuator/audit?limit=100' },
    ]);
  });

  it('asks nobody for what is none', async () => {
    expect((await when('mails', '9', 'more')).code).toBe(1);
    expect(host.requests).toEqual([]);
  });
});
