import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  ConcurrencyError,
  ForbiddenError,
  HandlerError,
  IdempotencyConflictError,
  NotDeliveredError,
  OutcomeUnknownError,
  OverloadedError,
} from '@isolith/contracts';
import { withOptions } from '@isolith/message-bus';
import { commandEnvelope } from '@isolith/message-bus/testing';
import { z } from 'zod';
import { ContextInbox } from './context-inbox.js';
import type { UnitOfWork } from '../index.js';
import { busOf, Busy, Refused, Sell, Sold, Undo } from '../testing/sample-sales.js';
import { caught, SalesWithInbox } from './spec-support/sales-with-inbox.js';

let sales: SalesWithInbox;
let unit: UnitOfWork;
const inboxRow = z.object({
  consumer: z.string(),
  message_id: z.string(),
  digest: z.string().nullable(),
  outcome: z.unknown(),
});
const inbox = () =>
  sales.database.query(inboxRow, 'SELECT consumer, message_id, digest, outcome FROM sales.inbox ORDER BY message_id');
const sold = async () => (await sales.sold()).map(({ id }) => ({ id }));
const insert = (sell: Sell) => sales.insert(sell);
const sell = (id: string, saleId = id, pin?: string) =>
  withOptions(new Sell({ saleId, amount: 1, ...(pin === undefined ? {} : { pin }) }), { id });

beforeAll(async () => {
  sales = await SalesWithInbox.open();
  unit = sales.unit;
});
beforeEach(() => sales.clear());
afterAll(() => sales.close());

describe('a command', () => {
  it('stores its reply with its effect; a repetition gets it and does not run', async () => {
    let runs = 0;
    const { router } = await busOf(sales.journal, {
      sell: (command) =>
        unit.run(async () => {
          await insert(command);
          return { total: (runs += 1) };
        }),
    });
    expect(await router.send(sell('1'))).toEqual({ total: 1 });
    expect(await router.send(sell('1'))).toEqual({ total: 1 });
    expect(runs).toBe(1);
    expect(await inbox()).toMatchObject([
      { consumer: '*', message_id: '1', outcome: { outcome: 'success', value: { total: 1 } } },
    ]);
  });

  it('with another input under the same id is refused, stored or still running', async () => {
    const { router } = await busOf(sales.journal, {
      sell: (command) => unit.run(async () => ({ total: await insert(command) })),
    });
    const running = router.send(sell('1'));
    expect(await caught(router.send(sell('1', 'other')))).toBeInstanceOf(IdempotencyConflictError);
    await running;
    expect(await caught(router.send(sell('1', 'other')))).toBeInstanceOf(IdempotencyConflictError);
    expect(await sold()).toEqual([{ id: '1' }]);
  });

  it('of another name under the same id is refused', async () => {
    const { router } = await busOf(sales.journal, { sell: async () => ({ total: 1 }), undo: async () => undefined });
    await router.send(sell('1'));
    expect(await caught(router.send(withOptions(new Undo({ saleId: '1' }), { id: '1' })))).toBeInstanceOf(
      IdempotencyConflictError,
    );
  });

  it('is the same command whatever its secrets', async () => {
    const { router } = await busOf(sales.journal, { sell: async () => ({ total: 1 }) });
    await router.send(sell('1', 'a', '1234'));
    await expect(router.send(sell('1', 'a', '9999'))).resolves.toEqual({ total: 1 });
    expect(JSON.stringify(await inbox())).not.toContain('1234');
  });

  it('that comes again while it runs waits and gets the same reply', async () => {
    let runs = 0;
    const { router } = await busOf(sales.journal, {
      sell: (command) =>
        unit.run(async () => {
          runs += 1;
          return { total: await insert(command) };
        }),
    });
    const replies = await Promise.all(Array.from({ length: 20 }, () => router.send(sell('1'))));
    expect(new Set(replies.map((reply) => JSON.stringify(reply)))).toEqual(new Set(['{"total":1}']));
    expect(runs).toBe(1);
  });

  it('that a twin in another process has committed meanwhile gets the reply of the twin and leaves no effect', async () => {
    const there = await busOf(sales.journal, {
      sell: (command) => unit.run(async () => ({ total: await insert(command) })),
    });
    const here = await busOf(sales.journal, {
      sell: async (command) => {
        await there.router.send(sell('1'));
        return unit.run(async () => ({
          total: 10 + (await insert(new Sell({ saleId: 'mine', amount: command.amount }))),
        }));
      },
    });
    expect(await here.router.send(sell('1'))).toEqual({ total: 1 });
    expect(await sold()).toEqual([{ id: '1' }]);
  });

  it('that ran no unit gets the same reply again', async () => {
    let runs = 0;
    const { router } = await busOf(sales.journal, { sell: async () => ({ total: (runs += 1) }) });
    expect([await router.send(sell('1')), await router.send(sell('1'))]).toEqual([{ total: 1 }, { total: 1 }]);
  });

  it('without output is repeated without one', async () => {
    let runs = 0;
    const { router } = await busOf(sales.journal, { undo: () => unit.run(async () => void (runs += 1)) });
    const undo = () => router.send(withOptions(new Undo({ saleId: '1' }), { id: '1' }));
    expect([await undo(), await undo(), runs]).toEqual([undefined, undefined, 1]);
  });

  it('keeps its outcome, not the events of a repetition', async () => {
    const { router } = await busOf(sales.journal, {
      sell: ({ saleId, amount }) =>
        unit.run(async () => {
          unit.append(saleId, 0, [new Sold({ saleId, amount })]);
          return { total: amount };
        }),
    });
    await router.send(sell('1'));
    await router.send(sell('1'));
    const causes = await sales.database.query(
      z.object({ cause: z.string() }),
      "SELECT metadata->>'causationid' AS cause FROM sales.journal",
    );
    expect(causes).toEqual([{ cause: '1' }]);
  });
});

describe('a failure', () => {
  it('that is final rolls back, is stored, and is thrown again as its class', async () => {
    let runs = 0;
    const { router } = await busOf(sales.journal, {
      sell: (command) =>
        unit.run(async () => {
          runs += 1;
          await insert(command);
          throw new Refused({ why: 'no reason' });
        }),
    });
    expect(await caught(router.send(sell('1')))).toBeInstanceOf(Refused);
    expect(await caught(router.send(sell('1')))).toMatchObject({ data: { why: 'no reason' } });
    expect([runs, await sold()]).toEqual([1, []]);
  });

  it('after an intent keeps what the intent committed', async () => {
    const { router } = await busOf(sales.journal, {
      sell: async (command) => {
        await unit.intent(() => insert(command));
        throw new Refused({ why: 'declined' });
      },
    });
    expect(await caught(router.send(sell('1')))).toBeInstanceOf(Refused);
    expect(await sold()).toEqual([{ id: '1' }]);
    expect(await inbox()).toMatchObject([{ outcome: { outcome: 'failure', name: 'sales.refused' } }]);
  });

  it.each([
    ['a retryable failure', () => new Busy({}), Busy],
    ['an error', () => new Error('broken'), HandlerError],
  ])('%s stores nothing: the next delivery runs', async (_, thrown, seen) => {
    let runs = 0;
    const { router } = await busOf(sales.journal, {
      sell: (command) =>
        unit.run(async () => {
          await insert(command);
          runs += 1;
          if (runs === 1) throw thrown();
          return { total: runs };
        }),
    });
    expect(await caught(router.send(sell('1')))).toBeInstanceOf(seen);
    expect(await inbox()).toEqual([]);
    expect(await router.send(sell('1'))).toEqual({ total: 2 });
  });
});

describe.each([
  new NotDeliveredError('nobody there'),
  new OutcomeUnknownError('no answer'),
  new OverloadedError('full'),
])('an error that may pass: %s', (error) => {
  it('stores nothing: the bus asks again, and the next delivery runs', async () => {
    const stored: unknown[] = [];
    const { router } = await busOf(sales.journal, {
      sell: async (command) => {
        stored.push(await inbox());
        return unit.run(async () => {
          await insert(command);
          if (stored.length === 1) throw error;
          return { total: stored.length };
        });
      },
    });
    expect(await router.send(sell('1'))).toEqual({ total: 2 });
    expect([stored, await sold()]).toEqual([[[], []], [{ id: '1' }]]);
  });
});

describe('a conflict of two writers', () => {
  it('runs the whole handler again from fresh state', async () => {
    const { router } = await busOf(sales.journal, {
      sell: async ({ saleId, amount }) => {
        const [{ version } = { version: 0 }] = await sales.database.query(
          z.object({ version: z.int() }),
          "SELECT count(*)::int AS version FROM sales.journal WHERE stream = 'till'",
        );
        return unit.run(async () => {
          unit.append('till', version, [new Sold({ saleId, amount })]);
          return { total: version + 1 };
        });
      },
    });
    const replies = await Promise.all(['1', '2', '3', '4', '5'].map((id) => router.send(sell(id))));
    expect(replies.map((reply) => z.object({ total: z.int() }).parse(reply).total).sort((a, b) => a - b)).toEqual([
      1, 2, 3, 4, 5,
    ]);
  });

  it('ends after ten attempts with the conflict', async () => {
    let runs = 0;
    // Asked directly: a bus would ask again until its deadline.
    const { revokes: _, ...envelope } = commandEnvelope('sales', { saleId: '1', amount: 1 });
    const handled = new ContextInbox(sales.journal).command(envelope, Sell.contract, async () => {
      runs += 1;
      throw new ConcurrencyError('again');
    });
    expect(await caught(handled)).toBeInstanceOf(ConcurrencyError);
    expect([runs, await inbox()]).toEqual([10, []]);
  });
});

describe('a handler that throws after its unit has committed', () => {
  it.each([
    ['a second unit', () => unit.run(async () => ({ total: 2 }))],
    ['a failure', () => Promise.reject(new Refused({ why: 'too late' }))],
    ['an error', () => Promise.reject(new Error('the log is full'))],
  ])('(%s) has done it: who asks again gets the committed reply, and what was thrown is told', async (_, after) => {
    let runs = 0;
    const { router, thrown } = await busOf(sales.journal, {
      sell: async (command) => {
        runs += 1;
        await unit.run(async () => ({ total: await insert(command) }));
        return after();
      },
    });
    expect(await router.send(sell('1'))).toEqual({ total: 1 });
    expect([runs, String(thrown[0])]).toEqual([
      1,
      expect.stringContaining('the handler of sales.sell threw after its unit of work had committed'),
    ]);
  });
});

describe('a handler that breaks its promise is named', () => {
  it.each<[string, (command: Sell) => Promise<unknown>, string]>([
    [
      'by returning something else than its unit',
      async (command) => {
        await unit.run(async () => ({ total: await insert(command) }));
        return { total: 1 };
      },
      'the handler of sales.sell returned something else than its unit of work',
    ],
    [
      'by a reply that is none',
      () => unit.run(async () => ({ sum: 1 })),
      'sales.sell (output) does not fit its contract',
    ],
  ])('%s', async (_, handler, text) => {
    const { router, thrown } = await busOf(sales.journal, { sell: handler });
    expect(await caught(router.send(sell('1')))).toBeInstanceOf(HandlerError);
    expect(String(thrown[0])).toContain(text);
  });

  it('and the second unit of one message says what to do', async () => {
    const { router, thrown } = await busOf(sales.journal, {
      sell: async () => {
        await unit.run(async () => ({ total: 1 }));
        return unit.run(async () => ({ total: 2 }));
      },
    });
    await router.send(sell('1'));
    expect(thrown[0]).toMatchObject({
      cause: expect.objectContaining({
        message: expect.stringContaining(
          'ran two units of work; only the last may be run(), those before are intent()',
        ),
      }),
    });
  });

  it('by having no inbox', async () => {
    const { router, thrown } = await busOf(sales.journal, { sell: () => unit.run(async () => ({ total: 1 })) });
    router.useInbox('sales', {
      command: (_envelope, _contract, handle) => handle(),
      event: (_envelope, _subscription, handle) => handle(),
    });
    await caught(router.send(sell('1')));
    expect(String(thrown[0])).toContain('sales.sell is being handled without the inbox of sales');
  });
});

describe('a run that failed while nobody can say what became of it', () => {
  it.each([
    ['an error', new Error('broken'), OutcomeUnknownError],
    ['a final failure', new Refused({ why: 'no' }), OutcomeUnknownError],
    ['an error of the bus', new ForbiddenError('not yours'), ForbiddenError],
  ])('(%s) ends with what is known', async (_, thrown, expected) => {
    let away = false;
    const dataSource: typeof sales.journal.dataSource = () =>
      away ? Promise.reject(new OverloadedError('away')) : sales.journal.dataSource();
    const error = await caught(
      new ContextInbox({ ...sales.journal, dataSource }).command(
        commandEnvelope('sales', { saleId: '1', amount: 1 }),
        Sell.contract,
        async () => {
          away = true;
          throw thrown;
        },
      ),
    );
    expect(error).toBeInstanceOf(expected);
    expect(error === thrown || (error instanceof Error && error.cause === thrown)).toBe(true);
  });
});

interface Group {
  readonly together: readonly { readonly text: string }[];
  callback: (error: Error | null | undefined, results: unknown) => void;
}
const isGroup = (sent: unknown): sent is Group =>
  typeof sent === 'object' && sent !== null && 'together' in sent && 'callback' in sent;

describe('a lost connection', () => {
  it.each([
    ['is made good by what the inbox says', false],
    ['is an unknown outcome when the inbox can not be asked, and made good by asking again with the same id', true],
  ])('during the commit %s', async (_, away) => {
    const runner = (await sales.journal.dataSource()).createQueryRunner();
    const client: { query: (...args: unknown[]) => Promise<unknown> } = await runner.connect();
    const { query: original } = client;
    await runner.release();
    let cut = true;
    let asked = !away;
    const gone = (text: string): Error | undefined => {
      if (cut && text.includes('COMMIT')) cut = false;
      else if (!cut && !asked && text.includes('SELECT digest')) asked = true;
      else return undefined;
      return new Error('Connection terminated unexpectedly');
    };
    // The server has done it; the news of it is lost on the way back.
    client.query = function lossy(this: unknown, ...args: unknown[]) {
      const [sent] = args;
      if (isGroup(sent)) {
        const { callback, together } = sent;
        sent.callback = (error, results) => callback(error ?? gone(together.map(({ text }) => text).join()), results);
        return original.apply(this, args);
      }
      return original.apply(this, args).then((result) => {
        const error = gone(JSON.stringify(sent));
        if (error !== undefined) throw error;
        return result;
      });
    };
    const { router } = await busOf(sales.journal, {
      sell: (command) => unit.run(async () => ({ total: await insert(command) })),
    });
    try {
      expect(await router.send(sell('1'))).toEqual({ total: 1 });
    } finally {
      client.query = original;
    }
    expect([cut, asked]).toEqual([false, true]);
    expect(await sold()).toEqual([{ id: '1' }]);
  });
});
