import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { operateParked } from './operate-parked.js';
import { ScriptedHost } from './spec-support/scripted-host.js';

let host: ScriptedHost;
beforeEach(async () => (host = await ScriptedHost.open()));
afterEach(() => host.close());

const when = (...words: readonly string[]) => host.when(operateParked, ...words);
const at = '2026-01-01T00:00:00.000Z';
const message = {
  context: 'mails',
  id: '7',
  subscription: 'order-mails',
  key: 'ada',
  type: 'orders.placed',
  messageId: 'm',
  attempts: 5,
  problem: { type: 'Error', detail: 'no such\u001b[2J mailbox' },
  parkedAt: at,
  behind: 2,
};
const LINE = `mails 7 order-mails ada orders.placed, 5 attempts, 2 behind it, since ${at}: Error: no such [2J mailbox`;

describe('the command line of parked messages', () => {
  it('lists them, in lines without control characters, and names who gave no answer', async () => {
    host.answer = { status: 200, body: { items: [message], unreachable: [{ context: 'users', reason: 'away' }] } };
    expect(await when('list', 'mails', 'ada')).toEqual({ code: 1, said: [LINE, 'users: gave no answer: away'] });
    expect(host.requests).toMatchObject([{ method: 'GET', url: '/actuator/parked?context=mails&key=ada&limit=100' }]);
    host.answer = { status: 200, body: { items: [], unreachable: [] } };
    expect([await when(), await when('groups')]).toEqual([
      { code: 0, said: ['nothing is parked'] },
      { code: 0, said: ['nothing is parked'] },
    ]);
  });

  it('shows groups', async () => {
    const group = { context: 'mails', subscription: 'order-mails', type: 'orders.placed', problem: 'Error', count: 3 };
    const example = { id: '7', detail: 'no such mailbox' };
    host.answer = {
      status: 200,
      body: { items: [{ ...group, oldestAt: at, newestAt: at, example }], unreachable: [] },
    };
    expect(await when('groups', 'mails')).toEqual({
      code: 0,
      said: [`3 mails.order-mails orders.placed Error, ${at} to ${at}, as 7: no such mailbox`],
    });
  });

  it('shows one with its data, its schema and who has edited it', async () => {
    const edited = { at, by: 'ann', reason: 'typed wrong' };
    host.answer = {
      status: 200,
      body: { ...message, bytes: 9, data: { to: '***' }, schema: { type: 'object' }, edited },
    };
    expect(await when('show', 'mails', '7')).toEqual({
      code: 0,
      said: [LINE, `  edited ${at} by ann: typed wrong`, '  data {"to":"***"}', '  schema {"type":"object"}'],
    });
    host.answer = { status: 200, body: { ...message, bytes: 9, hidden: 'nobody knows it' } };
    expect((await when('show', 'mails', '7')).said.at(-1)).toBe('  data is hidden: nobody knows it');
  });

  it('edits and discards one', async () => {
    host.answer = { status: 200, body: { edited: true } };
    expect(await when('edit', 'mails', '7', '{"to":"eve"}', 'moved')).toEqual({
      code: 0,
      said: ['mails 7 has its new data'],
    });
    host.answer = { status: 200, body: { outcome: 'discarded' } };
    expect((await when('discard', 'mails', '7')).said).toEqual(['mails 7 is discarded now']);
    expect(host.requests).toMatchObject([
      { method: 'POST', url: '/actuator/parked/mails/7/edit', body: { data: { to: 'eve' }, reason: 'moved' } },
      { method: 'POST', url: '/actuator/parked/mails/7/discard', body: {} },
    ]);
  });

  it('replays a key or a group, and fails when that met a failure', async () => {
    const failed = { id: '7', problem: { type: 'Error', detail: 'again' } };
    host.answer = { status: 200, body: { status: 'failed', replayed: 1, left: 2, failed } };
    expect(await when('replay', 'mails', 'order-mails', 'ada')).toEqual({
      code: 1,
      said: ['failed: replayed 1, 2 left; 7 failed: Error: again'],
    });
    const running = { id: 'r', filter: {}, perSecond: 5, status: 'running', replayed: 1, by: 'ann', startedAt: at };
    host.answer = { status: 202, body: running };
    expect(await when('replay-group', 'mails', '5')).toEqual({ code: 0, said: ['running: replayed 1 so far'] });
  });

  it('says what it was refused, and that nobody knows when no answer comes', async () => {
    const problem = {
      type: 'data-misfit',
      title: 'No',
      status: 400,
      detail: 'no',
      errors: [{ pointer: '/data/to', detail: 'x' }],
    };
    host.answer = { status: 400, body: problem };
    expect(await when('edit', 'mails', '7', '{}', 'moved')).toEqual({
      code: 1,
      said: ['400 data-misfit: no; /data/to: x'],
    });
    host.answer = undefined;
    expect((await when('discard', 'mails', '7')).said.at(-1)).toContain('nobody knows whether it was done');
    expect((await when('list')).said).toHaveLength(1);
  });

  it('asks nobody for what is no command', async () => {
    expect((await when('show', 'mails')).code).toBe(1);
    expect(host.requests).toEqual([]);
  });
});
