import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HandlerError, IdempotencyConflictError, RevokedError } from '@isolith/contracts';
import { withOptions } from '@isolith/message-bus';
import { commandEnvelope } from '@isolith/message-bus/testing';
import { z } from 'zod';
import { ContextInbox } from './context-inbox.js';
import type { UnitOfWork, ContextJournal } from '../index.js';
import { busOf, Refused, Sell, Undo } from '../testing/sample-sales.js';
import { caught, SalesWithInbox } from './spec-support/sales-with-inbox.js';

let sales: SalesWithInbox;
let unit: UnitOfWork;
/** The sales journal; counts the looks of its inbox. */
let journal: ContextJournal;
let looks = 0;

const inbox = () =>
  sales.database.query(
    z.object({ message_id: z.string(), outcome: z.unknown() }),
    'SELECT message_id, outcome FROM sales.inbox ORDER BY message_id',
  );
const sold = () => sales.sold();
const insert = (sell: Sell) => sales.insert(sell);
const sell = (amount = 1, newId = false) => withOptions(new Sell({ saleId: 'a', amount }), { id: '1', newId });
const undo = (newId = false) => withOptions(new Undo({ saleId: 'a' }), { id: 'undo', revokes: '1', newId });

beforeAll(async () => {
  sales = await SalesWithInbox.open();
  unit = sales.unit;
  const { statements } = sales.journal;
  journal = {
    ...sales.journal,
    statements: {
      ...statements,
      get findHandled() {
        looks += 1;
        return statements.findHandled;
      },
    },
  };
});
beforeEach(async () => {
  await sales.clear();
  looks = 0;
});
afterAll(() => sales.close());

describe('a command whose handler is a function call away', () => {
  it.each<[string, object, number]>([
    ['under an id that was drawn for it', new Sell({ saleId: 'a', amount: 1 }), 0],
    ['under a given id', withOptions(new Sell({ saleId: 'a', amount: 1 }), { id: '1' }), 1],
    [
      'under a given id that its sender knows to be new',
      withOptions(new Sell({ saleId: 'a', amount: 1 }), { id: '1', newId: true }),
      0,
    ],
  ])('%s is looked up or not', async (_, command, expected) => {
    const { router } = await busOf(journal, {
      sell: (received) => unit.run(async () => ({ total: await insert(received) })),
    });
    expect(await router.send(command)).toEqual({ total: 1 });
    expect([looks, await inbox()]).toEqual([
      expected,
      [expect.objectContaining({ outcome: { outcome: 'success', value: { total: 1 } } })],
    ]);
  });

  it('and that revokes another under an id that was drawn for it takes its place all the same', async () => {
    const { router } = await busOf(journal, { sell: async () => ({ total: 1 }), undo: async () => undefined });
    await router.send(withOptions(new Undo({ saleId: 'a' }), { revokes: '1' }));
    expect(looks).toBe(0);
    expect(await caught(router.send(sell()))).toBeInstanceOf(RevokedError);
  });

  it('is found as running by a twin that its handler meets in its first line', async () => {
    const { revokes: _, ...envelope } = commandEnvelope('sales', { saleId: 'a', amount: 1 });
    const contextInbox = new ContextInbox(journal);
    const twins: Promise<unknown>[] = [];
    let runs = 0;
    const handle = async (): Promise<unknown> => {
      runs += 1;
      if (runs === 1) twins.push(contextInbox.command({ ...envelope }, Sell.contract, handle));
      return { total: runs };
    };
    expect(await contextInbox.command(envelope, Sell.contract, handle, true)).toEqual({ total: 1 });
    expect([await Promise.all(twins), runs]).toEqual([[{ total: 1 }], 1]);
  });
});

type Handle = (command: Sell) => Promise<unknown>;
const inUnit =
  (total: number): Handle =>
  (command) =>
    unit.run(async () => {
      await unit.execute('INSERT INTO sales.sale (id, amount) VALUES ($1, $2)', [`run for ${total}`, command.amount]);
      return { total };
    });
const withoutUnit =
  (total: number): Handle =>
  async () => ({ total });
const withIntent =
  (total: number): Handle =>
  async () => {
    await unit.intent(() =>
      unit.execute('INSERT INTO sales.sale (id, amount) VALUES ($1, 1)', [`intent for ${total}`]),
    );
    return unit.run(async () => ({ total }));
  };
const refusing =
  (why: string): Handle =>
  () =>
    unit.run(() => Promise.reject(new Refused({ why })));
/** What a gathering handler does: it looks at its own tables before it decides. */
const refusingWhatIsThere: Handle = async (command) => {
  if ((await sold()).length > 0) throw new Refused({ why: 'it is there already' });
  return unit.run(async () => ({ total: await insert(command) }));
};
/** A second run breaks on the primary key of its own table. */
const stumbling: Handle = (command) => unit.run(async () => ({ total: await insert(command) }));

/** The first run, by another host; then one whose sender says wrongly that its id is new. */
async function twice(first: Handle, second: Handle) {
  const there = await busOf(sales.journal, { sell: first });
  const original = await there.router.send(sell()).catch((error: unknown) => error);
  const left = [await sold(), await inbox()];
  let runs = 0;
  const here = await busOf(journal, { sell: (command) => ((runs += 1), second(command)) });
  const answer = await here.router.send(sell(1, true)).catch((error: unknown) => error);
  // It did run, and nothing of it is there.
  expect([runs, await sold(), await inbox()]).toEqual([1, ...left]);
  return { original, answer, thrown: here.thrown };
}

describe('a command that was handled before, though its sender takes its id for new,', () => {
  it.each<[string, Handle, Handle]>([
    ['in a unit', inUnit(1), inUnit(2)],
    ['without a unit', withoutUnit(1), withoutUnit(2)],
    ['in a unit, and now runs none', inUnit(1), withoutUnit(2)],
    ['without a unit, and now runs one', withoutUnit(1), inUnit(2)],
    ['after an intent', withIntent(1), withIntent(2)],
    ['and stumbles over the rows of its first run', stumbling, stumbling],
    ['and refuses because of what its first run left', refusingWhatIsThere, refusingWhatIsThere],
    ['and now breaks off', inUnit(1), () => Promise.reject(new Error('broken'))],
  ])('%s, gets the stored reply; its second run leaves nothing', async (_, first, second) => {
    const { original, answer, thrown } = await twice(first, second);
    expect(original).toEqual({ total: 1 });
    expect([answer, thrown]).toEqual([original, []]);
  });

  it.each<[string, Handle]>([
    ['succeeds in a unit', inUnit(2)],
    ['succeeds without a unit', withoutUnit(2)],
    ['begins with an intent', withIntent(2)],
    ['is refused for another reason', refusing('now')],
    ['breaks off', () => Promise.reject(new Error('broken'))],
  ])('and was refused for good, is refused so again when its second run %s', async (_, second) => {
    const { original, answer } = await twice(refusing('then'), second);
    expect(answer).toBeInstanceOf(Refused);
    expect([original, answer]).toMatchObject([{ data: { why: 'then' } }, { data: { why: 'then' } }]);
  });

  it.each<[string, Handle]>([
    ['in a unit', inUnit(2)],
    ['without a unit', withoutUnit(2)],
    ['with an intent', withIntent(2)],
    ['to a refusal', refusing('now')],
  ])('with another input, is refused as a conflict after it ran %s', async (_, second) => {
    const there = await busOf(sales.journal, { sell: inUnit(1) });
    await there.router.send(sell());
    const left = [await sold(), await inbox()];
    const here = await busOf(journal, { sell: second });
    expect(await caught(here.router.send(sell(2, true)))).toBeInstanceOf(IdempotencyConflictError);
    expect([await sold(), await inbox()]).toEqual(left);
  });
});

describe('a command that was revoked before it came, though its sender takes its id for new,', () => {
  it.each<[string, Handle]>([
    ['a unit', inUnit(1)],
    ['no unit', withoutUnit(1)],
    ['an intent', withIntent(1)],
    ['a refusal', refusing('now')],
    ['an error', () => Promise.reject(new Error('broken'))],
  ])('has no effect: its run (%s) is answered as revoked', async (_, second) => {
    let runs = 0;
    const { router } = await busOf(journal, {
      sell: (command) => ((runs += 1), second(command)),
      undo: () => unit.run(async () => undefined),
    });
    await router.send(undo());
    const left = await inbox();
    expect(await caught(router.send(sell(1, true)))).toBeInstanceOf(RevokedError);
    expect([runs, await sold(), await inbox()]).toEqual([1, [], left]);
  });

  it('and its compensation, sent twice as new, is one', async () => {
    let undone = 0;
    const { router } = await busOf(journal, { undo: () => unit.run(async () => void (undone += 1)) });
    expect([await router.send(undo(true)), await router.send(undo(true)), undone]).toEqual([undefined, undefined, 2]);
    expect((await inbox()).map(({ message_id: id }) => id)).toEqual(['1', 'undo']);
  });
});

describe('a command under a new id that ends with', () => {
  it.each<[string, Handle, unknown, number]>([
    ['a final failure has it stored', refusing('no'), expect.any(Refused), 1],
    ['an error has nothing stored', () => Promise.reject(new Error('broken')), expect.any(HandlerError), 0],
  ])('%s', async (_, handler, expected, stored) => {
    const { router } = await busOf(journal, { sell: handler });
    expect(await caught(router.send(sell(1, true)))).toEqual(expected);
    expect(await inbox()).toHaveLength(stored);
  });
});
