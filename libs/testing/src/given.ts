import { deepStrictEqual, fail } from 'node:assert/strict';

/** How events become a state; an aggregate of the event store is one. */
interface Evolving<S, E> {
  readonly initial: () => S;
  readonly evolve: (state: S, event: E) => S;
}

/** What is thrown where an expectation is not met is an AssertionError, which every test runner shows with its difference. */
export interface Decided<E> {
  /** These events and no others, in this order. */
  thenRecorded(...events: readonly E[]): void;
  /** Refused: with an error of this class, which is returned for a closer look. */
  thenRefused<F extends Error>(by: new (...args: never[]) => F): F;
}

export interface Given<S, E> {
  /** What it has come to. */
  readonly state: S;
  when(decide: (state: S) => readonly E[]): Decided<E>;
}

/**
 * Given what has happened, when something is decided, then this happens: `given(order, new OrderPlaced(…)).when((state) =>
 * decide(state, cancel)).thenRecorded(new OrderCancelled(…))`. Pure functions need neither a database nor a mock.
 */
export function given<S, E>({ initial, evolve }: Evolving<S, E>, ...events: readonly E[]): Given<S, E> {
  const state = events.reduce<S>(evolve, initial());
  return { state, when: (decide) => decided(() => decide(state)) };
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
