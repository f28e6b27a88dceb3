import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConcurrencyError, OverloadedError } from '@isolith/contracts';
import { WHATEVER_IS_THROWN } from '@isolith/contracts/testing';
import { FinalRefusalError, HandedBackError } from '@isolith/message-bus';
import { z } from 'zod';
import { ContextInbox } from './context-inbox.js';
import { openTestContext, type TestContext } from '../testing/index.js';
import {
  CreateLetter,
  Door,
  LetterHost,
  sold,
  writtenLetters,
  type LetterHostOptions,
} from '../testing/sample-letters.js';

let mail: TestContext;
const start = (options?: LetterHostOptions) => LetterHost.start(mail, options);
const parkedIds = () =>
  mail.database.query(
    z.object({ message_id: z.string(), attempts: z.int() }),
    'SELECT message_id, attempts FROM mail.parked_message ORDER BY position',
  );
const failing = () =>
  mail.database.query(
    z.object({ message_id: z.string(), attempts: z.int() }),
    'SELECT message_id, attempts FROM mail.failing_event',
  );
const broken = () => Promise.reject(new Error('no paper'));

beforeAll(async () => {
  mail = await openTestContext({ context: 'mail', migrations: [CreateLetter] });
});
beforeEach(() =>
  mail.unit.run(
    async () =>
      void (await mail.unit.execute(
        'TRUNCATE mail.letter, mail.inbox, mail.failing_event, mail.parked_message, mail.parked_sequence',
      )),
  ),
);
afterAll(() => mail.close());

describe('an event whose handler throws', () => {
  it('is tried again, and leaves no trace of its failures when it is handled', async () => {
    let left = 2;
    const host = await start({
      retry: { attempts: 3 },
      react: async ({ write }) => ((left -= 1) >= 0 ? broken() : write()),
    });
    await host.deliver(sold('a', 1));
    expect([await writtenLetters(mail), await failing(), await parkedIds()]).toEqual([['a-1'], [], []]);
    expect(host.reported).toEqual([
      expect.stringMatching(/^sales.sold in subscription letters failed, attempt 1 of 3; again in/),
      expect.stringContaining('attempt 2 of 3'),
    ]);
  });

  it('is parked after its attempts; later events of its key join it and do not run; other keys go on', async () => {
    const host = await start({ react: async ({ key, write }) => (key === 'bad' ? broken() : write()) });
    await host.deliver(sold('bad', 1), sold('bad', 2), sold('good', 1), sold('bad', 3), sold('good', 2));
    expect(await parkedIds()).toEqual([
      { message_id: 'bad-1', attempts: 2 },
      { message_id: 'bad-2', attempts: 0 },
      { message_id: 'bad-3', attempts: 0 },
    ]);
    expect([await writtenLetters(mail), await failing()]).toEqual([['good-1', 'good-2'], []]);
    expect(host.runs.filter((run) => run.startsWith('bad'))).toEqual(['bad-1', 'bad-1']);
    expect(host.reported.at(-1)).toContain('is parked after 2 attempts; later events of its key wait behind it');
  });

  it('is parked at once, with the reason, when another attempt would end the same', async () => {
    const refused = () => Promise.reject(new FinalRefusalError('bank.card-refused', 'Charge was refused: no cover'));
    const host = await start({ retry: { attempts: 9 }, react: refused });
    await host.deliver(sold('bad', 1));
    expect(host.runs).toEqual(['bad-1']);
    expect((await host.parked.list({}, 1)).items[0]).toMatchObject({
      attempts: 1,
      problem: { type: 'bank.card-refused', detail: 'Charge was refused: no cover' },
    });
    expect(host.reported).toEqual([expect.stringContaining('is parked after a final refusal;')]);
  });

  it('leaves no trace of a failure that was counted before, behind a parked one or when it was handled elsewhere', async () => {
    const host = await start({ react: async ({ key, write }) => (key === 'bad' ? broken() : write()) });
    await host.deliver(sold('bad', 1), sold('good', 1));
    const counted = `INSERT INTO mail.failing_event (subscription, message_id, attempts) VALUES ('letters', 'bad-2', 1), ('letters', 'good-1', 1)`;
    await mail.unit.run(() => mail.unit.execute(counted));
    await host.deliver(sold('bad', 2), sold('good', 1));
    expect([await writtenLetters(mail), await failing()]).toEqual([['good-1'], []]);
    expect((await parkedIds()).map(({ message_id }) => message_id)).toEqual(['bad-1', 'bad-2']);
  });

  it.each(WHATEVER_IS_THROWN)('is parked after its attempts, be it $what (fault 5)', async ({ make }) => {
    const broken = async (): Promise<never> => {
      throw make();
    };
    const host = await start({ react: ({ key }) => (key === 'bad' ? broken() : mail.unit.run(broken)) });
    await host.deliver(sold('bad', 1), sold('worse', 1));
    // Keys go on beside each other, and either may be parked first.
    expect((await parkedIds()).toSorted((one, other) => one.message_id.localeCompare(other.message_id))).toEqual([
      { message_id: 'bad-1', attempts: 2 },
      { message_id: 'worse-1', attempts: 2 },
    ]);
  });

  it('that comes again after it was parked is not parked twice', async () => {
    const host = await start({ react: broken });
    await host.deliver(sold('a', 1));
    await host.deliver(sold('a', 1));
    expect(await parkedIds()).toHaveLength(1);
    expect(host.runs).toHaveLength(2);
  });

  it('keeps its count when its host stops', async () => {
    const first = await start({
      retry: { attempts: 4 },
      react: async () => {
        if (first.runs.length === 2) first.draining.abort();
        await broken();
      },
    });
    await expect(first.deliver(sold('a', 1))).rejects.toThrow('no paper');
    expect(await failing()).toEqual([{ message_id: 'a-1', attempts: 2 }]);
    const second = await start({ retry: { attempts: 4 }, react: broken });
    await second.deliver(sold('a', 1));
    expect(second.runs).toHaveLength(2);
    expect([await parkedIds(), await failing()]).toEqual([[{ message_id: 'a-1', attempts: 4 }], []]);
  });

  it('rests between its attempts as its policy says, and says so to who watches it', async () => {
    const host = await start({ retry: { attempts: 2, initialDelayMs: 60_000, maxDelayMs: 60_000 }, react: broken });
    const rests: unknown[] = [];
    const note = (rest: unknown): void => {
      rests.push(rest);
      host.draining.abort();
    };
    const handle = (): Promise<void> => broken();
    const retry = { attempts: 2, initialDelayMs: 60_000, maxDelayMs: 60_000 };
    await expect(host.inbox.event(sold('a', 1), 'letters', handle, retry, note)).rejects.toThrow('no paper');
    expect(rests).toEqual([
      { why: 'retry', attempts: 1, thrown: expect.objectContaining({ message: 'no paper' }), ms: expect.any(Number) },
    ]);
  });

  it('gives up its pause at once when the host drains', async () => {
    const host = await start({ retry: { attempts: 2, initialDelayMs: 600_000, maxDelayMs: 600_000 }, react: broken });
    const reported = host.reported.push.bind(host.reported);
    host.reported.push = (message) => (host.draining.abort(), reported(message));
    await expect(host.deliver(sold('a', 1))).rejects.toThrow('no paper');
    expect([host.runs, await parkedIds()]).toEqual([['a-1'], []]);
  });

  it('does not run again while the host drains, however often it comes', async () => {
    const host = await start({ retry: { attempts: 3 }, react: broken });
    const reported = host.reported.push.bind(host.reported);
    host.reported.push = (message) => (host.draining.abort(), reported(message));
    await expect(host.deliver(sold('a', 1))).rejects.toThrow('no paper');
    for (let nth = 0; nth < 5; nth += 1) await expect(host.deliver(sold('a', 1))).rejects.toThrow('the host stops');
    expect([host.runs, await failing(), await parkedIds()]).toEqual([
      ['a-1'],
      [{ message_id: 'a-1', attempts: 1 }],
      [],
    ]);
  });

  it('has its pause at the next host too, before that one runs it', async () => {
    const first = await start({
      retry: { attempts: 3 },
      react: async () => {
        first.draining.abort();
        await broken();
      },
    });
    await expect(first.deliver(sold('a', 1))).rejects.toThrow('no paper');
    const next = await start({ retry: { attempts: 3, initialDelayMs: 600_000, maxDelayMs: 600_000 }, react: broken });
    const reported = next.reported.push.bind(next.reported);
    next.reported.push = (message) => (next.draining.abort(), reported(message));
    await expect(next.deliver(sold('a', 1))).rejects.toThrow('the host stops');
    expect([next.runs, [...next.reported]]).toEqual([
      [],
      [expect.stringMatching(/^sales.sold in subscription letters has failed before \(attempts: 1\); run in \d+ ms$/)],
    ]);
  });

  it('with a conflict that does not end is parked like any other', async () => {
    const host = await start({
      retry: { attempts: 1 },
      react: () => Promise.reject(new ConcurrencyError('version 3, not 2')),
    });
    await host.deliver(sold('a', 1));
    expect([host.runs.length, await parkedIds()]).toEqual([10, [{ message_id: 'a-1', attempts: 1 }]]);
  });

  it('after its commit is handled', async () => {
    const host = await start({
      react: async ({ write }) => {
        await write();
        await broken();
      },
    });
    await host.deliver(sold('a', 1));
    await host.deliver(sold('a', 1));
    expect([host.runs, await writtenLetters(mail), await parkedIds()]).toEqual([['a-1'], ['a-1'], []]);
    expect(host.reported).toEqual([expect.stringContaining('threw after its unit of work had committed')]);
  });

  it('without a unit of work is tried again as well', async () => {
    let left = 1;
    const host = await start({ react: () => ((left -= 1) >= 0 ? broken() : Promise.resolve()) });
    await host.deliver(sold('a', 1));
    await host.deliver(sold('a', 1));
    expect([host.runs, await failing(), await parkedIds()]).toEqual([['a-1', 'a-1'], [], []]);
  });
});

describe('an outage', () => {
  it('is waited out, and counts no attempt', async () => {
    let left = 7;
    const host = await start({
      retry: { attempts: 1 },
      react: async ({ write }) => ((left -= 1) >= 0 ? Promise.reject(new OverloadedError('full')) : write()),
    });
    await host.deliver(sold('a', 1));
    expect([await writtenLetters(mail), await failing(), await parkedIds()]).toEqual([['a-1'], [], []]);
  });

  /** Waits for so many days when its handler runs for the third time. */
  const waiting = (days: number, then: (write: () => Promise<void>) => Promise<void>): LetterHostOptions => {
    let runs = 0;
    return {
      retry: { attempts: 1 },
      react: async ({ write }) => {
        runs += 1;
        if (runs === 3)
          await (
            await mail.journal.dataSource()
          ).query("UPDATE mail.failing_event SET failed_at = now() - $1::float8 * interval '1 day'", [days]);
        if (runs <= 3) throw new OverloadedError('full');
        await then(write);
      },
    };
  };

  it('that lasts longer than half of the time for which the inbox knows what it has handled is parked', async () => {
    const host = await start(waiting(15.1, broken));
    await host.deliver(sold('a', 1), sold('a', 2));
    expect([host.runs, await parkedIds()]).toEqual([
      ['a-1', 'a-1', 'a-1'],
      [
        { message_id: 'a-1', attempts: 0 },
        { message_id: 'a-2', attempts: 0 },
      ],
    ]);
    const { items } = await host.parked.list({}, 10);
    expect(items).toMatchObject([
      { problem: { type: 'outage', detail: 'for more than 15 days; at last: full' }, behind: 1 },
    ]);
  });

  it('that lasts less than that is waited out', async () => {
    const host = await start(waiting(14.9, (write) => write()));
    await host.deliver(sold('a', 1));
    expect([await writtenLetters(mail), await failing(), await parkedIds()]).toEqual([['a-1'], [], []]);
  });

  it.each([
    ['an outage', new OverloadedError('full'), 0],
    ['an error', new Error('no paper'), 1],
  ])('is parked earlier where the inbox is kept for less, whatever ends it: %s', async (_, error, attempts) => {
    const inbox = new ContextInbox(mail.journal, { inboxDays: () => 2 });
    let runs = 0;
    const handle = async () => {
      if ((runs += 1) === 3)
        await (
          await mail.journal.dataSource()
        ).query("UPDATE mail.failing_event SET failed_at = now() - interval '25 hours'");
      throw runs < 3 ? new OverloadedError('full') : error;
    };
    await inbox.event(sold('a', 1), 'letters', handle, { attempts: 10, initialDelayMs: 1, maxDelayMs: 2 });
    expect([runs, await parkedIds()]).toEqual([3, [{ message_id: 'a-1', attempts }]]);
  });
});

describe('a host that dies', () => {
  it('ten times before it has handled anything parks nothing', async () => {
    for (let nth = 0; nth < 10; nth += 1) {
      const door = new Door();
      const host = await start({ react: () => door.pass() });
      void host.deliver(sold('a', 1)).catch(() => undefined);
      await door.reached;
      // Its process is gone here: nothing of what it began goes on.
    }
    const last = await start();
    await last.deliver(sold('a', 1), sold('a', 2));
    expect([await writtenLetters(mail), await failing(), await parkedIds()]).toEqual([['a-1', 'a-2'], [], []]);
  });
});

describe('an event that this release does not know (fault 2)', () => {
  const unknown = [
    ['its type', { ...sold('a', 1), type: 'sales.gone' }],
    ['its version', { ...sold('a', 1), schemaversion: 2 }],
  ] as const;

  it.each(unknown)(
    'by %s is handed back however often it comes; no attempt is counted and nothing is parked',
    async (_, event) => {
      const host = await start();
      for (let nth = 0; nth < 5; nth += 1) await expect(host.deliver(event)).rejects.toBeInstanceOf(HandedBackError);
      expect([await parkedIds(), await failing(), host.reported]).toEqual([
        [],
        [{ message_id: 'a-1', attempts: 0 }],
        [],
      ]);
      // The next release knows it.
      await host.deliver(sold('a', 1));
      expect([await writtenLetters(mail), await failing()]).toEqual([['a-1'], []]);
    },
  );

  it.each(unknown)('by %s and was handled by another is done', async (_, event) => {
    const host = await start();
    await host.deliver(sold('a', 1));
    await host.deliver(event);
    expect([host.runs, await failing()]).toEqual([['a-1'], []]);
  });

  it.each(unknown)('by %s joins the others of its key that are parked, in its turn', async (_, event) => {
    const host = await start({ react: broken });
    await host.deliver(sold('a', 0));
    await host.deliver(event);
    expect((await parkedIds()).map(({ message_id }) => message_id)).toEqual(['a-0', 'a-1']);
  });

  it('is parked when nobody has known it for half the life of the inbox', async () => {
    const host = await start();
    await expect(host.deliver(unknown[0][1])).rejects.toBeInstanceOf(HandedBackError);
    await (
      await mail.journal.dataSource()
    ).query("UPDATE mail.failing_event SET failed_at = now() - interval '15.1 days'");
    await host.deliver(unknown[0][1]);
    expect((await host.parked.list({}, 10)).items).toMatchObject([
      { problem: { type: 'unknown-here', detail: expect.stringContaining('has no handler for sales.gone') } },
    ]);
  });
});

describe('what nobody can handle', () => {
  it('is parked, so that a later release can replay it', async () => {
    const host = await start();
    await host.deliver({ ...sold('b', 1), data: { saleId: 7 } }, sold('b', 2));
    expect((await parkedIds()).map(({ message_id }) => message_id)).toEqual(['b-1', 'b-2']);
    const problems = await mail.database.query(
      z.object({ problem_type: z.string().nullable() }),
      'SELECT problem_type FROM mail.parked_message ORDER BY message_id',
    );
    expect(problems.map(({ problem_type }) => problem_type)).toEqual(['contract-violation', null]);
  });

  it.each([
    ['bytes', { raw: Buffer.from('not json'), reason: 'no envelope' }, 'malformed'],
    ['what is not believed', { raw: Buffer.from('{}'), reason: 'no token', refused: true as const }, 'refused'],
    ['an event that the medium gave up', { envelope: sold('a', 1), reason: 'delivery limit' }, 'dead-letter'],
  ])('and the medium sets aside (%s) is parked once, and not at all when it was discarded', async (_, what, type) => {
    const host = await start();
    await host.inbox.setAside(what, 'letters');
    await host.inbox.setAside(what, 'letters');
    const { items } = await host.parked.list({}, 10);
    expect(items).toMatchObject([{ attempts: 0, problem: { type, detail: what.reason } }]);
    await host.parked.discard(items[0]?.id ?? '', 'admin');
    await host.inbox.setAside(what, 'letters');
    expect((await host.parked.list({}, 10)).items).toEqual([]);
  });
});
