import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CallInsideUnitError, runAs } from '@isolith/message-bus';
import { OverloadedError, steadyNow } from '@isolith/contracts';
import { openTestContext, type TestContext } from '../testing/index.js';
import { CreateLetter, LetterHost, sold, writtenLetters, type Reaction } from '../testing/sample-letters.js';
import { ParkedNotFound, ReplayRunning } from './failures.js';

let mail: TestContext;
let host: LetterHost;
/** Keys whose events fail. */
const poison = new Set<string>();
const react = async ({ key, nth, write }: Reaction) => {
  if (poison.has(key) || poison.has(`${key}-${nth}`)) throw new TypeError(`no paper\nfor ${key}`);
  await write();
};
const list = async (filter = {}) => (await host.parked.list(filter, 100)).items;
const parkedIds = async () =>
  (await Promise.all((await list()).map(({ key }) => list({ key })))).flat().map(({ messageId }) => messageId);
const idOf = async (messageId: string) =>
  (await list({ key: messageId.split('-')[0] })).find((entry) => entry.messageId === messageId)?.id ?? '';
const audit = async () =>
  (await host.parked.actions.recent(100)).map(({ by, action, subject, result }) => ({ by, action, subject, result }));

beforeAll(async () => {
  mail = await openTestContext({ context: 'mail', migrations: [CreateLetter] });
});
beforeEach(async () => {
  const tables = [
    'letter',
    'inbox',
    'failing_event',
    'parked_message',
    'parked_sequence',
    'parked_replay',
    'operator_action',
  ];
  await mail.unit.run(() => mail.unit.execute(`TRUNCATE ${tables.map((table) => `mail.${table}`).join(', ')}`));
  poison.clear();
  host = await LetterHost.start(mail, { react });
});
afterAll(() => mail.close());

/** Parks the first event of each key, and as many behind it. */
async function park(keys: readonly string[], behind = 0): Promise<void> {
  for (const key of keys) {
    poison.add(key);
    for (let nth = 1; nth <= 1 + behind; nth += 1) await host.deliver(sold(key, nth));
  }
}

describe('the list', () => {
  it('has one entry per sequence, with what waits behind it, page by page', async () => {
    await park(['a', 'b', 'c'], 2);
    const first = await host.parked.list({}, 2);
    expect(first.items).toEqual([
      {
        id: expect.any(String),
        subscription: 'letters',
        key: 'a',
        type: 'sales.sold',
        messageId: 'a-1',
        attempts: 2,
        problem: { type: 'TypeError', detail: 'no paper' },
        parkedAt: expect.any(String),
        behind: 2,
      },
      expect.objectContaining({ messageId: 'b-1', behind: 2 }),
    ]);
    const second = await host.parked.list({}, 2, first.nextCursor);
    expect(second).toEqual({ items: [expect.objectContaining({ messageId: 'c-1' })] });
  });

  it('of a key has every message of it; what only waits has no problem', async () => {
    await park(['a'], 1);
    expect(await list({ key: 'a' })).toMatchObject([
      { messageId: 'a-1', behind: 1 },
      { messageId: 'a-2', behind: 0, attempts: 0 },
    ]);
    expect((await list({ key: 'a' }))[1]).not.toHaveProperty('problem');
  });

  it.each([
    [{ subscription: 'letters' }, 1],
    [{ subscription: 'other' }, 0],
    [{ key: 'a' }, 1],
    [{ key: 'z' }, 0],
    [{ type: 'sales.sold' }, 1],
    [{ type: 'sales.returned' }, 0],
    [{ problem: 'TypeError' }, 1],
    [{ problem: 'malformed' }, 0],
  ])('is filtered by %j', async (filter, found) => {
    await park(['a']);
    expect(await list(filter)).toHaveLength(found);
  });

  it('refuses a limit and a cursor that are none', async () => {
    await expect(async () => host.parked.list({}, 101)).rejects.toThrow('limit must be 1 to 100, not 101');
    await expect(async () => host.parked.list({}, 1, 'x')).rejects.toThrow('cursor must be the nextCursor of a page');
  });

  it('is counted per subscription', async () => {
    await park(['a', 'b'], 1);
    expect(await host.parked.counts()).toEqual([{ subscription: 'letters', sequences: 2, messages: 4 }]);
  });
});

describe('one message', () => {
  it('is shown with what its contract declares, and nothing else', async () => {
    poison.add('a');
    await host.deliver({ ...sold('a', 1), data: { saleId: 'a', amount: 1, email: 'a@example.org' } });
    expect(await host.parked.show(await idOf('a-1'))).toMatchObject({
      messageId: 'a-1',
      envelope: { id: 'a-1', source: '/sales' },
      data: { saleId: 'a', amount: 1 },
      bytes: expect.any(Number),
    });
    expect(JSON.stringify(await host.parked.show(await idOf('a-1')))).not.toContain('example.org');
  });

  it.each([
    ['its type is unknown here', { ...sold('a', 1), type: 'sales.gone' }, 'sales.gone is unknown here'],
    ['it does not fit its contract', { ...sold('a', 1), data: { saleId: 1, name: 'Bob' } }, 'does not fit sales.sold'],
  ])('is hidden when %s', async (_, envelope, why) => {
    await host.inbox.setAside({ envelope, reason: 'given up' }, 'letters');
    const shown = await host.parked.show(await idOf('a-1'));
    expect(shown).toMatchObject({ hidden: expect.stringContaining(why), bytes: expect.any(Number) });
    expect(shown).not.toHaveProperty('data');
  });

  it('of bytes shows their size', async () => {
    await host.inbox.setAside({ raw: Buffer.from('not json'), reason: 'no envelope' }, 'letters');
    const [entry] = await list();
    expect(await host.parked.show(entry?.id ?? '')).toMatchObject({
      bytes: 8,
      hidden: 'these bytes are no envelope of a known sender',
      problem: { type: 'malformed', detail: 'no envelope' },
    });
  });

  it.each(['999', 'x', ''])('that is none is undefined: %j', async (id) => {
    expect(await host.parked.show(id)).toBeUndefined();
  });
});

describe('the replay of a sequence', () => {
  it('runs it in order, and its key is free again', async () => {
    await park(['a'], 2);
    poison.clear();
    expect(await host.parked.replaySequence('letters', 'a', 'admin')).toEqual({
      status: 'completed',
      replayed: 3,
      left: 0,
    });
    await host.deliver(sold('a', 4), sold('a', 1));
    expect([await writtenLetters(mail), await list()]).toEqual([['a-1', 'a-2', 'a-3', 'a-4'], []]);
    expect(await audit()).toEqual([
      {
        by: 'admin',
        action: 'replay-sequence',
        subject: { subscription: 'letters', key: 'a' },
        result: { status: 'completed', replayed: 3, left: 0 },
      },
      {
        by: 'admin',
        action: 'replay-sequence',
        subject: { subscription: 'letters', key: 'a' },
        result: { status: 'started' },
      },
    ]);
  });

  it('stops at the first failure, says which, and can be begun again', async () => {
    await park(['a'], 2);
    poison.clear();
    poison.add('a-2');
    const stopped = await host.parked.replaySequence('letters', 'a', 'admin');
    expect(stopped).toEqual({
      status: 'failed',
      replayed: 1,
      failed: { id: await idOf('a-2'), problem: { type: 'TypeError', detail: 'no paper' } },
      left: 2,
    });
    expect(await list()).toMatchObject([{ messageId: 'a-2', attempts: 1, problem: { type: 'TypeError' } }]);
    await host.deliver(sold('a', 4));
    poison.clear();
    expect(await host.parked.replaySequence('letters', 'a', 'admin')).toMatchObject({
      status: 'completed',
      replayed: 3,
    });
    expect(await writtenLetters(mail)).toEqual(['a-1', 'a-2', 'a-3', 'a-4']);
  });

  it('counts no attempt for an outage', async () => {
    await park(['a']);
    const other = await LetterHost.start(mail, { react: () => Promise.reject(new OverloadedError('full')) });
    expect(await other.parked.replaySequence('letters', 'a', 'admin')).toMatchObject({
      status: 'failed',
      failed: { problem: { type: 'overloaded' } },
    });
    expect(await list()).toMatchObject([{ attempts: 2, problem: { type: 'TypeError' } }]);
  });

  it('of a handler without a unit of work ends as well', async () => {
    await park(['a'], 1);
    const other = await LetterHost.start(mail, { react: async () => undefined });
    expect(await other.parked.replaySequence('letters', 'a', 'admin')).toMatchObject({
      status: 'completed',
      replayed: 2,
    });
    await host.deliver(sold('a', 1));
    expect([await list(), await writtenLetters(mail)]).toEqual([[], []]);
  });

  it('ends when the host drains, or its caller is about to give up', async () => {
    await park(['a'], 2);
    const other = await LetterHost.start(mail, {
      react: async ({ write }) => {
        await write();
        other.draining.abort();
      },
    });
    expect(await other.parked.replaySequence('letters', 'a', 'admin')).toEqual({
      status: 'stopped',
      replayed: 1,
      left: 2,
    });
    poison.clear();
    const hurried = await runAs('mail', () => host.parked.replaySequence('letters', 'a', 'admin'), {
      deadline: steadyNow(),
    });
    expect(hurried).toEqual({ status: 'stopped', replayed: 1, left: 1 });
  });

  it('is refused for a key that is not parked, and inside a unit of work', async () => {
    await expect(host.parked.replaySequence('letters', 'a', 'admin')).rejects.toThrow(ParkedNotFound);
    await expect(mail.unit.run(() => host.parked.replaySequence('letters', 'a', 'admin'))).rejects.toBeInstanceOf(
      CallInsideUnitError,
    );
  });

  it('of bytes fails: they can only be discarded', async () => {
    await host.inbox.setAside({ raw: Buffer.from('not json'), reason: 'no envelope' }, 'letters');
    const [entry] = await list();
    expect(await host.parked.replaySequence('letters', entry?.key ?? '', 'admin')).toMatchObject({
      status: 'failed',
      failed: { id: entry?.id, problem: { type: 'malformed' } },
    });
    expect(await host.parked.discard(entry?.id ?? '', 'admin')).toBe('discarded');
  });
});

describe('the replay of a group', () => {
  const ended = async () => {
    await host.parked.drain();
    return (await host.parked.replays())[0];
  };

  it('tries one message, then goes on with all sequences that match', async () => {
    await park(['a', 'b'], 1);
    await host.inbox.setAside({ raw: Buffer.from('not json'), reason: 'no envelope' }, 'letters');
    await host.inbox.setAside({ envelope: { ...sold('c', 1), type: 'sales.gone' }, reason: 'given up' }, 'letters');
    poison.clear();
    const begun = await host.parked.replayGroup({ problem: 'TypeError' }, 20, 'admin');
    expect(begun).toMatchObject({
      status: 'running',
      replayed: 1,
      filter: { problem: 'TypeError' },
      perSecond: 20,
      by: 'admin',
    });
    expect(await ended()).toMatchObject({
      id: begun.id,
      status: 'completed',
      replayed: 4,
      endedAt: expect.any(String),
    });
    expect(await writtenLetters(mail)).toEqual(['a-1', 'a-2', 'b-1', 'b-2']);
    expect((await list()).map(({ problem }) => problem?.type)).toEqual(['malformed', 'dead-letter']);
    expect(await audit()).toMatchObject([
      {
        by: 'admin',
        action: 'replay-group',
        subject: { replay: begun.id },
        result: { status: 'completed', replayed: 4 },
      },
      {
        by: 'admin',
        action: 'replay-group',
        subject: { replay: begun.id, filter: { problem: 'TypeError' }, perSecond: 20 },
        result: { status: 'started' },
      },
    ]);
  });

  it('does not begin when the first message fails', async () => {
    await park(['a', 'b']);
    poison.delete('b');
    const begun = await host.parked.replayGroup({}, 100, 'admin');
    expect(begun).toMatchObject({
      status: 'stopped',
      replayed: 0,
      failed: { id: await idOf('a-1'), problem: { type: 'TypeError' } },
    });
    expect(await writtenLetters(mail)).toEqual([]);
  });

  it('stops at the first failure', async () => {
    await park(['a', 'b', 'c']);
    poison.clear();
    poison.add('b');
    await host.parked.replayGroup({}, 100, 'admin');
    expect(await ended()).toMatchObject({ status: 'stopped', replayed: 1, failed: { id: await idOf('b-1') } });
    expect(await parkedIds()).toEqual(['b-1', 'c-1']);
  });

  it('stops when its host drains; what it had not reached stays parked', async () => {
    await park(['a'], 2);
    poison.clear();
    await host.parked.replayGroup({}, 1, 'admin');
    host.draining.abort();
    expect(await ended()).toMatchObject({
      status: 'stopped',
      replayed: 1,
      reason: expect.stringContaining('its host stops'),
    });
    expect(await parkedIds()).toEqual(['a-2', 'a-3']);
  });

  it('that has nothing to do is completed, and one whose host is gone is stopped', async () => {
    expect(await host.parked.replayGroup({}, 1, 'admin')).toMatchObject({ status: 'completed', replayed: 0 });
    await mail.unit.run(() =>
      mail.unit.execute("UPDATE mail.parked_replay SET status = 'running', leased_until = now() - interval '1 second'"),
    );
    expect(await ended()).toMatchObject({ status: 'stopped', reason: expect.stringContaining('its host is gone') });
  });

  it('is refused beside another one of this host, and at another rate than 1 to 100', async () => {
    await park(['a'], 1);
    poison.clear();
    await host.parked.replayGroup({}, 1, 'admin');
    await expect(host.parked.replayGroup({}, 1, 'admin')).rejects.toThrow(ReplayRunning);
    await expect(host.parked.replayGroup({}, 101, 'admin')).rejects.toThrow('perSecond must be 1 to 100, not 101');
    host.draining.abort();
    await host.parked.drain();
  });
});

describe('a discarded message', () => {
  it('never runs, however late it comes; what waits behind it stays parked', async () => {
    await park(['a'], 1);
    const id = await idOf('a-1');
    expect(await host.parked.discard(id, 'admin')).toBe('discarded');
    poison.clear();
    await host.deliver(sold('a', 1));
    expect([await parkedIds(), await writtenLetters(mail)]).toEqual([['a-2'], []]);
    expect(await audit()).toEqual([
      {
        by: 'admin',
        action: 'discard',
        subject: { id, subscription: 'letters', key: 'a', messageId: 'a-1' },
        result: { status: 'discarded' },
      },
    ]);
    await expect(host.parked.discard(id, 'admin')).rejects.toThrow(ParkedNotFound);
    await expect(host.parked.discard('x', 'admin')).rejects.toThrow(ParkedNotFound);
  });

  it('frees its key when it was the last one', async () => {
    await park(['a']);
    await host.parked.discard(await idOf('a-1'), 'admin');
    poison.clear();
    await host.deliver(sold('a', 2));
    expect([await list(), await writtenLetters(mail)]).toEqual([[], ['a-2']]);
  });
});
