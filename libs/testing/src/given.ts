import { deepStrictEqual, fail } from 'node:assert/strict';

/** How events become a state; an aggregate of the event store is one. */
interface Evolving<S, E> {
  readonly initial: () => S;
  readonly evolve: (state: S, event: E) => S;
}

/** How an intent becomes events, besides. */
interface Deciding<S, I extends object, E> extends Evolving<S, E> {
  readonly decide: (state: S, intent: I, id: string) => readonly E[];
}

/**
 * What is thrown where an expectation is not met is an AssertionError, which every test runner shows with its
 * difference.
 */
export interface Decided<E> {
  /** These events and no others, in this order. */
  thenRecorded(...events: readonly E[]): void;
  /** Refused: with an error of this class, which is returned for a closer look. */
  thenRefused<F extends Error>(by: new (...args: never[]) => F): F;
}

/** What has happened, to be decided upon. */
export interface Given<S, E> {
  /** What it has come to. */
  readonly state: S;
  when(decide: (state: S) => readonly E[]): Decided<E>;
}

/** What has happened to an aggregate, which decides by itself. */
export interface GivenAggregate<S, I extends object, E> {
  /** What it has come to. */
  readonly state: S;
  /**
   * An intent, of the aggregate of this id: empty for decisions that make no use of it. Or a function that decides on
   * the state.
   */
  when(intent: I | ((state: S) => readonly E[]), id?: string): Decided<E>;
}

/**
 * Given what has happened, when something is wanted, then this happens: `given(order, new OrderPlaced(…)).when({ want:
 * 'cancel' }, orderId).thenRecorded(new OrderCancelled(…))`. What has no `decide` of its own is given a function:
 * `.when((state) => decide(state, cancel))`. Pure functions need neither a database nor a mock.
 */
export function given<S, I extends object, E>(
  aggregate: Deciding<S, I, E>,
  ...events: readonly NoInfer<E>[]
): GivenAggregate<S, I, E>;
export function given<S, E>(evolving: Evolving<S, E>, ...events: readonly NoInfer<E>[]): Given<S, E>;
export function given<S, I extends object, E>(
  { initial, evolve, decide }: Evolving<S, E> & Partial<Deciding<S, I, E>>,
  ...events: readonly NoInfer<E>[]
): GivenAggregate<S, I, E> {
  const state = events.reduce<S>(evolve, initial());
  const want = (intent: I, id: string): readonly E[] => {
    if (decide === undefined)
      throw new TypeError('when() takes a function (state) => events: what was given has no decide');
    return decide(state, intent, id);
  };
  return {
    state,
    when: (wanted, id = '') => decided(() => (typeof wanted === 'function' ? wanted(state) : want(wanted, id))),
  };
}

function decided<E>(decide: () => readonly E[]): Decided<E> {
  return {
    thenRecorded: (...events) => deepStrictEqual([...decide()], [...events]),
    thenRefused: (by) => {
      const happened = attempt(decide);
      if (!('refusal' in happened))
        return fail(`expected ${by.name}, but it was decided: ${JSON.stringify(happened.events)}`);
      if (happened.refusal instanceof by) return happened.refusal;
      throw happened.refusal;
    },
  };
}

function attempt<E>(decide: () => readonly E[]): { readonly events: readonly E[] } | { readonly refusal: unknown } {
  try {
    return { events: decide() };
  } catch (refusal) {
    return { refusal };
  }
}
