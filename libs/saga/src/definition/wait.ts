import type { AnyEventClass } from '@isolith/contracts';
import type { Command } from '@nestjs/cqrs';

/** No wait is longer, in milliseconds: ten years. Whoever means more has mistaken a unit. */
export const LONGEST_WAIT_MS = 3_650 * 24 * 60 * 60_000;

/** When a wait is over: so long after it began, or at a moment; by the database's clock. */
export type WaitEnd = { readonly forMs: number } | { readonly until: Date };

/** What becomes of the saga when the event has not come within its time. */
export type InVain = 'turn-back' | 'go-on';

/** What `step.wait()` is told: a name, and how long or until when. */
export type WaitSpec<S> = {
  /** Lower-case-with-dashes, unique in its saga. */
  readonly name: string;
  /** Whether the saga waits at all, as of any step. */
  readonly when?: (state: S) => boolean;
} & (
  | {
      /**
       * Milliseconds from the moment at which the saga reaches the step, at most ten years; 0 or less is over at once.
       */
      readonly for: number | ((state: S) => number);
      readonly until?: never;
    }
  /** A moment of the database's clock, at most ten years ahead; one that has passed is over at once. */
  | { readonly until: (state: S) => Date; readonly for?: never }
);

/** A command that is sent while an event does not come. */
export interface Reminder<S> {
  /** Milliseconds from the begin of the wait to the first one, and from each to the next. */
  readonly everyMs: number;
  /** How many are sent at most. */
  readonly times: number;
  /** Asked for at each attempt; all attempts of one reminder share one command id. */
  readonly command: (state: S) => Command<unknown> | Promise<Command<unknown>>;
}

/** What `step.waitFor()` is told: which event, of whom, for how long, and what if it does not come. */
export interface WaitForSpec<S, E extends AnyEventClass> {
  /** Lower-case-with-dashes, unique in its saga. Part of the ids of its reminders. */
  readonly name: string;
  /** Whether the saga waits at all, as of any step. */
  readonly when?: (state: S) => boolean;
  /** An event of any context; the saga's own context states it in its subscription `saga-events`. */
  readonly event: E;
  /** The value that the event's key field has to have, as text. */
  readonly key: (state: S) => string;
  /** The state with what the event adds to it. */
  readonly extend?: (state: S, event: InstanceType<E>) => S;
  /** Milliseconds from the moment at which the saga reaches the step, at most ten years. */
  readonly within: number;
  readonly remind?: Reminder<S>;
  /**
   * `turn-back`: everything before is undone, with the cause `waited-in-vain`; only where nothing before it is a pivot
   * or retriable.
   */
  readonly otherwise: InVain;
}

/** A wait as it was declared. */
export interface DeclaredWait<S> {
  /** What was stated as a number: how long the wait or the time for the event is. Undefined where the state says it. */
  readonly statedMs: number | undefined;
  readonly end: (state: S) => WaitEnd;
  readonly event: DeclaredEvent<S> | undefined;
}

/** What is waited for, as it was declared. */
export interface DeclaredEvent<S> {
  readonly event: AnyEventClass;
  readonly key: (state: S) => string;
  readonly extend: (state: S, event: object) => S;
  readonly otherwise: InVain;
  readonly remind: Reminder<S> | undefined;
}

/** A wait that is over at a time. */
export function wait<S>(spec: WaitSpec<S>): DeclaredWait<S> {
  const { for: duration, until } = spec;
  const end = (state: S): WaitEnd => {
    if (until !== undefined) return { until: until(state) };
    return { forMs: typeof duration === 'function' ? duration(state) : duration };
  };
  // Whoever states neither, past the compiler, has stated no time.
  const statedMs = until !== undefined || typeof duration === 'function' ? undefined : (duration ?? Number.NaN);
  return { statedMs, end, event: undefined };
}

/** A wait that an event ends. */
export function waitFor<S, E extends AnyEventClass>(spec: WaitForSpec<S, E>): DeclaredWait<S> {
  const { event, key, extend, within, remind, otherwise } = spec;
  return {
    statedMs: within ?? Number.NaN,
    end: () => ({ forMs: within }),
    event: {
      event,
      key,
      // The reader made it of this very class.
      extend: (state, happened) => extend?.(state, happened as InstanceType<E>) ?? state,
      otherwise,
      remind,
    },
  };
}
