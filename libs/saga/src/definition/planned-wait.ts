import { isContractClass, type AnyEventClass, type EventContract } from '@isolith/contracts';
import { z } from 'zod';
import type { StateSchema } from './saga-state.js';
import type { Execute } from './step.js';
import { LONGEST_WAIT_MS, type DeclaredEvent, type DeclaredWait, type InVain, type WaitEnd } from './wait.js';

/** An event that has come, as it is kept. */
export interface Signal {
  readonly id: string;
  /** The version of the contract in which the data is. */
  readonly schemaVersion: number;
  readonly data: unknown;
}

/** What is waited for, as the engine does it: over the saved state. */
export interface AwaitedEvent {
  /** Undefined where what was declared is no event; then the host does not start. */
  readonly class: AnyEventClass | undefined;
  readonly contract: EventContract | undefined;
  /** @throws {TypeError} when the saga's own code yields no key */
  readonly key: (state: unknown) => string;
  /**
   * The state with what the event adds to it, checked and copied; one of a former version is read through its chain.
   * @throws {ContractViolationError} when either does not fit
   */
  readonly extend: (state: unknown, signal: Signal) => unknown;
  readonly otherwise: InVain;
  readonly remind:
    | {
        readonly everyMs: number;
        readonly times: number;
        readonly send: (state: unknown, execute: Execute) => Promise<void>;
      }
    | undefined;
}

/** A wait as the engine does it: over the saved state. */
export interface PlannedWait {
  readonly statedMs: number | undefined;
  /**
   * `now`: milliseconds since 1970. @throws {TypeError} when the saga's own code yields no time, or one that is too
   * long
   */
  readonly end: (state: unknown, now: number) => WaitEnd;
  readonly event: AwaitedEvent | undefined;
}

/** The declared wait over what is saved, which is parsed into each call. */
export function plannedWait<S extends z.ZodObject>(
  schema: S,
  copy: StateSchema['copy'],
  { statedMs, end, event }: DeclaredWait<z.output<S>>,
): PlannedWait {
  return {
    statedMs,
    end: (state, now) => lawful(end(schema.parse(state)), now),
    event: event && awaited(schema, copy, event),
  };
}

function awaited<S extends z.ZodObject>(
  schema: S,
  copy: StateSchema['copy'],
  { event, key, extend, otherwise, remind }: DeclaredEvent<z.output<S>>,
): AwaitedEvent {
  const declared = eventClassOf(event);
  return {
    class: declared,
    contract: declared?.contract,
    key: (state) => {
      const value: unknown = key(schema.parse(state));
      if (typeof value !== 'string' || value === '')
        throw new TypeError(`a wait for ${event.contract.name} needs a key, which is a text that is not empty`);
      return value;
    },
    extend: (state, { data, schemaVersion }) =>
      copy(extend(schema.parse(state), event.restore(event.contract.readStored(data, schemaVersion)))),
    otherwise,
    remind: remind && {
      everyMs: remind.everyMs,
      times: remind.times,
      send: async (state, execute) => void (await execute(await remind.command(schema.parse(state)))),
    },
  };
}

/** Whoever has no compiler may have given anything. */
function eventClassOf(event: AnyEventClass): AnyEventClass | undefined {
  return isContractClass(event) && event.contract.kind === 'event' ? event : undefined;
}

/** A time that any database can hold: one that is none would keep the saga from being saved, or all from being read. */
function lawful(end: WaitEnd, now: number): WaitEnd {
  if ('until' in end) {
    const { until } = end;
    if (!(until instanceof Date) || Number.isNaN(until.getTime()))
      throw new TypeError('until() of a wait has to yield a Date');
    if (until.getTime() > now + LONGEST_WAIT_MS)
      throw new TypeError(`a wait ends within ten years, not at ${until.toISOString()}`);
    // What has passed has passed, however long ago.
    return until.getTime() < 0 ? { until: new Date(0) } : end;
  }
  const { forMs } = end;
  if (!(Number.isFinite(forMs) && forMs <= LONGEST_WAIT_MS))
    throw new TypeError(`a wait is a number of milliseconds up to ${LONGEST_WAIT_MS} (ten years), not ${forMs}`);
  return { forMs: Math.max(0, forMs) };
}
