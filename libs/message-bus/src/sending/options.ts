import type { Principal } from '@isolith/contracts';
import { v5 } from 'uuid';

/** How one message is sent. None of it is part of the message. */
export interface DispatchOptions {
  /** The message's identity. A command sent again with the same id has no second effect. Random when absent. */
  readonly id?: string;
  /**
   * Beside `id`: nobody has sent a command with it before. Spares its inbox a look when its handler is in this process;
   * on the way to others, and in every attempt but the first, it means nothing. The sender need not be certain, as one
   * that was stopped for long can't be: an id that was used after all still has one effect and one outcome, but the
   * handler runs once more, up to its commit. Default: true without an `id`, else false.
   */
  readonly newId?: boolean;
  /**
   * Beside `id`: it alone says which command this is, as the id of a step does, or one that derives from an event. Sent
   * again it is answered as the first was, also when another release of its sender writes its input differently;
   * without this that is an IdempotencyConflictError, as it must be for ids that users choose. Default: false.
   */
  readonly byId?: boolean;
  /** How long the sender waits, in milliseconds; never longer than the message it serves itself. */
  readonly timeoutMs?: number;
  /** In a compensation: the id of the command that it undoes. */
  readonly revokes?: string;
  /** Whom the sending context speaks for, when that is not the sender of the message being handled. */
  readonly principal?: Principal;
}

/** As long as an envelope's attribute may be. */
const LONGEST_ID = 200;

const optionsOf = new WeakMap<object, DispatchOptions>();

/**
 * Attaches options to one message instance and returns it: `bus.execute(withOptions(new ReserveStock(…), { id }))`.
 * Throws a RangeError that names the option whose value no envelope can carry.
 */
export function withOptions<M extends object>(message: M, options: DispatchOptions): M {
  const { timeoutMs } = options;
  if (timeoutMs !== undefined && !(Number.isSafeInteger(timeoutMs) && timeoutMs >= 0)) {
    throw new RangeError(`timeoutMs: expected a whole number of milliseconds, 0 or more, got ${timeoutMs}`);
  }
  for (const name of ['id', 'revokes'] as const) {
    const length = options[name]?.length ?? 1;
    if (length < 1 || length > LONGEST_ID)
      throw new RangeError(`${name}: expected 1 to ${LONGEST_ID} characters, got ${length}`);
  }
  optionsOf.set(message, { ...optionsOf.get(message), ...options });
  return message;
}

const NONE: DispatchOptions = {};

/**
 * Whether the first attempt of a message that is sent so may be taken for the first of its id: it was drawn for it, or
 * the sender says so.
 */
export const hasNewId = ({ id, newId = id === undefined }: DispatchOptions): boolean => newId;

/** What `withOptions` has attached to a message; nothing when it has not. */
export const dispatchOptionsOf = (message: object): DispatchOptions => optionsOf.get(message) ?? NONE;

/** The namespace of all derived ids (a random UUID, part of the wire contract). */
const NAMESPACE = '6f7d1cf2-b0a9-4b0e-a1f5-c9d5c1a3e7b4';

/**
 * A UUIDv5 (RFC 9562, section 5.5) of seed and name: the same pair yields the same id on every host and in every run,
 * and no two pairs share an encoding.
 */
export function derivedId(seed: string, name: string): string {
  return v5(JSON.stringify([seed, name]), NAMESPACE);
}
