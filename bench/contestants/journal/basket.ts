import { aggregate } from '@isolith/event-sourcing';
import { z } from 'zod';
import { evolve, LineAdded, lineOf, type Basket } from './line-added.js';

const spec = {
  name: 'basket',
  events: [LineAdded] as const,
  initial: (): Basket => ({ lines: 0, totalMinor: 0 }),
  decide: ({ lines }: Basket, _add: { readonly want: 'add' }, id: string) => [new LineAdded(lineOf(id, lines + 1))],
  evolve,
};

/** What a stream of lines folds into; every load reads all of it. */
export const basket = aggregate(spec);

/** The same with a snapshot after so many lines. */
export const snappedBasket = aggregate({
  ...spec,
  name: 'snapped-basket',
  snapshot: { state: z.object({ lines: z.int(), totalMinor: z.int() }), every: 100 },
});
