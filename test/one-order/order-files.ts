/** The saga's first step is asked for when this file is entered for the first time. */
const SAGA = 'src/orders/features/checkout.saga.ts';
/** An event is carried to whoever takes it; the first that somebody takes is that of the confirmation. */
const AFTERWARDS = 'libs/message-bus/src/transport/in-process-transport.ts';

/**
 * Lists follow the journal by themselves, soon after a commit: an order is confirmed before or after, and needs none of
 * it.
 */
const BESIDE = /\/projection\/|\/order-list\.ts$/;

export interface OrderFiles {
  /** Entered before the saga's first step is asked for, in order. */
  readonly untilSaga: readonly string[];
  /** Entered for the first time from then on, until the order is confirmed, in order. */
  readonly untilConfirmed: readonly string[];
}

/**
 * The files that each of these orders entered; what only some of them entered went on in the background. An order
 * during which something of the one before was still under way doesn't count.
 * @throws {Error} when fewer than half of the orders count
 */
export function orderFiles(orders: readonly (readonly string[])[]): OrderFiles {
  const parts = orders.flatMap(partsOf);
  if (parts.length * 2 < orders.length || parts.length === 0)
    throw new Error(`${parts.length} of ${orders.length} orders entered ${SAGA} and then ${AFTERWARDS}`);
  const untilSaga = inAll(parts.map((part) => part.untilSaga));
  const known = new Set(untilSaga);
  const all = inAll(parts.map((part) => [...part.untilSaga, ...part.untilConfirmed]));
  return { untilSaga, untilConfirmed: all.filter((file) => !known.has(file)) };
}

function partsOf(entered: readonly string[]): readonly OrderFiles[] {
  const order = entered.filter((file) => !BESIDE.test(file));
  const saga = order.indexOf(SAGA);
  const afterwards = order.indexOf(AFTERWARDS);
  if (saga < 0 || afterwards < saga) return [];
  return [{ untilSaga: order.slice(0, saga), untilConfirmed: order.slice(saga, afterwards) }];
}

/** Those that are in all of the lists, by where they are in the middle one when these are sorted. */
function inAll(lists: readonly (readonly string[])[]): readonly string[] {
  const [first = [], ...others] = lists;
  const places = first.flatMap((file) => {
    const found = [first, ...others].map((list) => list.indexOf(file)).toSorted((a, b) => a - b);
    return found.includes(-1) ? [] : [{ file, place: found[Math.floor(found.length / 2)] ?? 0 }];
  });
  return places.toSorted((a, b) => a.place - b.place).map(({ file }) => file);
}
