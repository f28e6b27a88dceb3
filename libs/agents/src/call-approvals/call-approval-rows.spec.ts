import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestContext, type TestContext } from '@isolith/journal/testing';
import { MOST_OPEN } from './call-approval-messages.js';
import { type AskedCall, CallApprovalRows } from './call-approval-rows.js';
import { callApprovalMigrations } from './create-call-approval.js';

let place: TestContext;
let rows: CallApprovalRows;
beforeAll(async () => {
  place = await openTestContext({ context: 'assistant', migrations: callApprovalMigrations });
  rows = new CallApprovalRows('assistant', place.unit, place.database);
});
afterAll(() => place.close());

const call = (owner: string, more: Partial<AskedCall> = {}): AskedCall => ({
  owner,
  session: 'client',
  tool: 'orders_cancel-order',
  title: 'Cancel order',
  inputJson: '{"orderId":"1"}',
  digest: 'd-1',
  isKeyed: false,
  why: 'it ends an order',
  previewJson: undefined,
  ...more,
});
const ask = (asked: AskedCall) => place.unit.run(() => rows.ask(asked));
const take = (id: string, owner: string) => place.unit.run(() => rows.take(id, owner));
const decide = (id: string, owner: string, approved = true, session = 'person') =>
  place.unit.run(() => rows.decide(id, owner, { approved, session }));
const idOf = async (asked: AskedCall): Promise<string> => (await ask(asked))?.id ?? '';
const pass = (owner: string) =>
  place.unit.run(async () =>
    place.unit.write(`UPDATE assistant.agent_call_approval SET until = clock_timestamp() WHERE owner = $1`, [owner]),
  );

describe('approvals of calls', () => {
  it('are one for one call, however often and at once it is asked for', async () => {
    const asked = await Promise.all(Array.from({ length: 8 }, () => ask(call('ada', { previewJson: '{}' }))));
    expect(new Set(asked.map((one) => one?.id)).size).toBe(1);
    expect(await rows.open('ada')).toEqual([
      {
        id: asked[0]?.id,
        tool: 'orders_cancel-order',
        title: 'Cancel order',
        inputJson: '{"orderId":"1"}',
        why: 'it ends an order',
        previewJson: '{}',
        askedAt: expect.any(String),
        until: asked[0]?.until,
      },
    ]);
    expect(await rows.open('bob')).toEqual([]);
  });

  it('are given once, by their owner', async () => {
    const id = await idOf(call('cyd'));
    expect(await decide(id, 'mallory')).toBe('not-found');
    expect(await decide('none', 'cyd')).toBe('not-found');
    expect(await take(id, 'cyd')).toBe(false);
    expect(await decide(id, 'cyd')).toBe('decided');
    expect(await decide(id, 'cyd', false)).toBe('over');
    expect(await rows.open('cyd')).toEqual([]);
  });

  it('are given in no session that has asked for the call', async () => {
    const id = await idOf(call('ida'));
    expect(await decide(id, 'ida', true, 'client')).toBe('asked-here');
    expect(await idOf(call('ida', { session: 'another client' }))).toBe(id);
    expect(await decide(id, 'ida', true, 'another client')).toBe('asked-here');
    expect(await take(id, 'ida')).toBe(false);
    expect(await decide(id, 'ida')).toBe('decided');
    expect(await decide(id, 'ida', true, 'client')).toBe('over');
  });

  it('are used once, for their owner', async () => {
    const id = await idOf(call('dan'));
    await decide(id, 'dan');
    expect((await ask(call('dan')))?.status).toBe('approved');
    expect(await take(id, 'mallory')).toBe(false);
    const taken = await Promise.all(Array.from({ length: 8 }, () => take(id, 'dan')));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await idOf(call('dan', { isKeyed: true }))).toBe(id);
    expect(await idOf(call('dan'))).not.toBe(id);
  });

  it('that were refused stay refused', async () => {
    const id = await idOf(call('eve'));
    await decide(id, 'eve', false);
    expect(await ask(call('eve'))).toMatchObject({ id, status: 'refused' });
    expect(await take(id, 'eve')).toBe(false);
  });

  it.each(['open', 'approved'] as const)('that are %s are over when their time is', async (status) => {
    const owner = `fay, ${status}`;
    const id = await idOf(call(owner));
    if (status === 'approved') await decide(id, owner);
    await pass(owner);
    expect(await decide(id, owner)).toBe('over');
    expect(await take(id, owner)).toBe(false);
    expect(await rows.open(owner)).toEqual([]);
    expect(await idOf(call(owner))).not.toBe(id);
  });

  it('wait in a bounded number for each owner, also when they are asked for at once', async () => {
    const asked = await Promise.all(
      Array.from({ length: MOST_OPEN + 3 }, (_, nth) => ask(call('gus', { digest: `d-${nth}` }))),
    );
    expect(asked.filter((one) => one === undefined)).toHaveLength(3);
    expect(await rows.open('gus')).toHaveLength(MOST_OPEN);
    expect(await ask(call('hal'))).toBeDefined();
  });
});
