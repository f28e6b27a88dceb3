import { beforeEach, describe, expect, it } from '@jest/globals';
import { HandlerError, NotDeliveredError } from '@isolith/contracts';
import { derivedId, dispatchOptionsOf, FinalRefusalError, runAs } from '@isolith/message-bus';
import type { Command } from '@nestjs/cqrs';
import { lowStock, NoSupplier, Reorder, StockGone, StockLow, SupplierBusy, Tell } from '../spec-support/low-stock.js';
import { RefusalsInMemory } from '../testing/refusals-in-memory.js';
import { react } from './react.js';

/** A receiver with an inbox: what an id ended in, it ends in for ever. */
const outcomes = new Map<string, Error | undefined>();
const asked: { readonly id: string; readonly command: object }[] = [];
let answer: (command: object) => Error | undefined;
let refusals: RefusalsInMemory;
beforeEach(() => {
  outcomes.clear();
  asked.length = 0;
  answer = () => undefined;
  refusals = new RefusalsInMemory();
});

const isFinal = (ended: Error | undefined): boolean => ended === undefined || ended instanceof NoSupplier;

async function execute<R>(command: Command<R>): Promise<R> {
  const { id = '', byId } = dispatchOptionsOf(command);
  expect(byId).toBe(true);
  asked.push({ id, command });
  const ended = outcomes.has(id) ? outcomes.get(id) : answer(command);
  if (isFinal(ended)) outcomes.set(id, ended);
  if (ended !== undefined) throw ended;
  // No command here has an output.
  return undefined as R;
}

const happen = (event: object, eventId = 'e1'): Promise<void> =>
  react(lowStock, { event, eventId }, { execute, refusals });
const idOf = (what: string, eventId = 'e1'): string => derivedId(`alerts.low-stock:${eventId}`, what);

describe('an event', () => {
  it('is answered by the commands of all its reactions, in order, each under an id of its own', async () => {
    await happen(new StockLow({ sku: 'MUG', left: 2 }));
    expect(asked).toStrictEqual([
      { id: idOf('low.tell/0'), command: new Tell({ who: 'ada', what: 'MUG: 2 left' }) },
      { id: idOf('low.tell/1'), command: new Tell({ who: 'bob', what: 'MUG: 2 left' }) },
      { id: idOf('reorder/0'), command: new Reorder({ sku: 'MUG', amount: 8 }) },
    ]);
  });

  it('may be answered by nothing', async () => {
    await happen(new StockGone({ sku: 'dead' }));
    expect(asked).toEqual([]);
  });

  it('that comes again is answered under the same ids, another one under others', async () => {
    await happen(new StockGone({ sku: 'MUG' }));
    await happen(new StockGone({ sku: 'MUG' }));
    await happen(new StockGone({ sku: 'MUG' }), 'e2');
    expect(asked.map(({ id }) => id)).toEqual([
      idOf('gone.reorder/0'),
      idOf('gone.reorder/0'),
      idOf('gone.reorder/0', 'e2'),
    ]);
  });

  it.each([new NotDeliveredError('away'), new SupplierBusy({}), new HandlerError('broken')])(
    'is not dealt with when a command gets no final answer (%p)',
    async (error) => {
      answer = (command) => (command instanceof Reorder ? error : undefined);
      await expect(happen(new StockLow({ sku: 'MUG', left: 1 }))).rejects.toBe(error);
      answer = () => undefined;
      await happen(new StockLow({ sku: 'MUG', left: 1 }));
      expect(asked.map(({ id }) => id)).toEqual([
        idOf('low.tell/0'),
        idOf('reorder/0'),
        idOf('low.tell/0'),
        idOf('reorder/0'),
      ]);
      expect(refusals.size).toBe(0);
    },
  );
});

it('tells the watchdog of each command that was answered, and of none that was not', async () => {
  const steps: number[] = [];
  const step = (): void => void steps.push(asked.length);
  const react = (left: number): Promise<void> =>
    runAs('alerts', () => happen(new StockLow({ sku: 'MUG', left })), { step });
  answer = (command) => (command instanceof Reorder ? new NoSupplier({}) : undefined);
  await react(2);
  // Two customers, a reorder that is refused, and the answer to that.
  expect(steps).toEqual([1, 2, 3, 4]);
  answer = (command) => (command instanceof Reorder ? new SupplierBusy({}) : undefined);
  await expect(runAs('alerts', () => happen(new StockLow({ sku: 'CUP', left: 1 }), 'e2'), { step })).rejects.toThrow();
  expect(steps).toEqual([1, 2, 3, 4, 5]);
});

it('has the time of one command, however many there are', () => {
  expect(lowStock.retry.handlerMs).toBe(12_000);
});

describe('a refusal', () => {
  beforeEach(() => {
    answer = (command) => (command instanceof Reorder ? new NoSupplier({}) : undefined);
  });

  it('is final: the event is parked with its reason, and a replay asks under another id', async () => {
    const event = new StockGone({ sku: 'MUG' });
    await expect(happen(event)).rejects.toStrictEqual(
      new FinalRefusalError('buying.no-supplier', 'Reorder was refused: nobody sells it'),
    );
    await expect(happen(event)).rejects.toBeInstanceOf(FinalRefusalError);
    answer = () => undefined;
    await happen(event);
    const [first, second, third] = ['gone.reorder/0', 'gone.reorder/0#1', 'gone.reorder/0#2'].map((what) => idOf(what));
    expect(asked.map(({ id }) => id)).toEqual([first, first, second, first, third]);
  });

  it('may be answered by another command, under an id of its own', async () => {
    await happen(new StockLow({ sku: 'MUG', left: 0 }));
    expect(asked).toStrictEqual([
      { id: idOf('reorder/0'), command: new Reorder({ sku: 'MUG', amount: 10 }) },
      { id: idOf('reorder/0/refused/0'), command: new Tell({ who: 'e1', what: 'MUG: no-supplier' }) },
    ]);
  });

  it('of that other command parks the event', async () => {
    answer = () => new NoSupplier({});
    await expect(happen(new StockLow({ sku: 'MUG', left: 0 }))).rejects.toThrow('Tell was refused: nobody sells it');
  });

  it('may be ignored', async () => {
    answer = (command) => (command instanceof Tell ? new NoSupplier({}) : undefined);
    await happen(new StockLow({ sku: 'MUG', left: 2 }));
    expect(asked.map(({ command }) => command.constructor.name)).toEqual(['Tell', 'Tell', 'Reorder']);
    expect(refusals.size).toBe(0);
  });
});

it('is refused another event', () => {
  expect(() => lowStock.reactions[0]?.commands(new StockGone({ sku: 'MUG' }), { eventId: 'e1' })).toThrow(
    'a reaction to stock.low was given another event',
  );
});
