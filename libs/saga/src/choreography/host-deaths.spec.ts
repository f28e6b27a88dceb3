import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { NotDeliveredError } from '@isolith/contracts';
import { until } from '@isolith/message-bus/testing';
import { AlertWorld, happened } from '../spec-support/alert-world.js';
import { NoSupplier, Reorder, StockGone, StockLow } from '../spec-support/low-stock.js';
import { choreography } from './choreography.js';
import { when } from './reaction.js';

let world: AlertWorld;
beforeAll(async () => void (world = await AlertWorld.open()));
beforeEach(() => world.clear());
afterAll(() => world.close());

/** Two commands for each event, the third for a refusal of the second. */
const buying = choreography({
  name: 'alerts.low-stock',
  retry: { attempts: 3, initialDelayMs: 1, maxDelayMs: 2 },
  on: [
    when(StockLow, {
      name: 'two',
      send: Reorder,
      with: ({ sku }) => [1, 2].map((nth) => new Reorder({ sku: `${sku}-${nth}`, amount: 1 })),
      refused: { send: Reorder, with: ({ sku }, { type }) => new Reorder({ sku: `${sku}-${type}`, amount: 1 }) },
    }),
    when(StockGone, { send: Reorder, with: ({ sku }) => new Reorder({ sku, amount: 1 }) }),
  ],
});
const refusing =
  (...skus: readonly string[]) =>
  (command: object): Error | undefined =>
    command instanceof Reorder && skus.includes(command.sku) ? new NoSupplier({}) : undefined;

/**
 * Hosts that die at their `dieAt`-th moment, one after the other, until one is left that deals with the event. How many
 * died.
 */
async function livesUntilDealtWith(
  event: StockLow | StockGone,
  dieAt: number,
  answer: (command: object) => Error | undefined,
): Promise<number> {
  const first = await world.start(buying, dieAt, answer);
  const dealt = first.deliver(happened(event, 'e1')).then(() => 0);
  // What a dead host still has in hand fails with the end of the test, and is nobody's concern.
  dealt.catch(() => undefined);
  const died = await Promise.race([dealt, first.died.then(() => 1)]);
  if (died > 0) await (await world.start(buying, Infinity, answer)).deliver(happened(event, 'e1'));
  return died;
}

describe('a host that dies at any moment', () => {
  it.each([
    ['answered', new StockLow({ sku: 'a', left: 1 }), refusing(), ['Reorder a-1', 'Reorder a-2'], 'e1 handled'],
    [
      'refused, which another command answers',
      new StockLow({ sku: 'a', left: 1 }),
      refusing('a-2'),
      ['Reorder a-1', 'Reorder a-no-supplier'],
      'e1 handled',
    ],
    [
      'refused for good',
      new StockGone({ sku: 'b' }),
      refusing('b'),
      [],
      'e1 parked: buying.no-supplier, Reorder was refused: nobody sells it',
    ],
  ])(
    'leaves an event that is %s to the next one: nothing is lost, nothing is done twice',
    async (_, event, answer, done, end) => {
      for (let dieAt = 0, died = 1; died > 0; dieAt += 1) {
        await world.clear();
        died = await livesUntilDealtWith(event, dieAt, answer);
        expect({ dieAt, done: await world.done(), ends: await world.ends() }).toEqual({ dieAt, done, ends: [end] });
        expect(dieAt).toBeLessThan(20);
      }
    },
  );
});

it('waits through an outage of the receiver, with the later events of the key behind it and no other', async () => {
  let away = true;
  const host = await world.start(buying, Infinity, (command) =>
    away && command instanceof Reorder && command.sku === 'a' ? new NotDeliveredError('away') : undefined,
  );
  const gone = (sku: string, id: string) => happened(new StockGone({ sku }), id);
  const all = host.deliver(gone('a', 'e1'), happened(new StockLow({ sku: 'a', left: 1 }), 'e2'), gone('b', 'e3'));
  all.catch(() => undefined);
  await until(async () => (await world.ends()).length > 0);
  expect([await world.ends(), await world.done()]).toEqual([['e3 handled'], ['Reorder b']]);
  away = false;
  await all;
  expect(await world.done()).toEqual(['Reorder b', 'Reorder a', 'Reorder a-1', 'Reorder a-2']);
  expect(await world.ends()).toEqual(['e1 handled', 'e2 handled', 'e3 handled']);
});
