import { availableParallelism } from 'node:os';
import { steadyNow } from '@isolith/contracts';
import { BulkheadFullError, resilience, ResilienceRegistry, TimeoutExceededError } from '@isolith/resilience';
import { hash, verify } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';
import { PasswordsBusy } from '../users.contract.js';
import { asOpaqueString } from './opaque-string.js';

/**
 * Half of the processors, so that the other half answers; fewer than libuv has threads, which files and DNS need, too.
 */
export const AT_ONCE = Math.max(1, Math.min(3, Math.floor(availableParallelism() / 2)));
/** Beyond it nobody would be served before the caller gives up. */
export const WAITING = 128;
const LONGEST_WAIT_MS = 5_000;

/**
 * A hash of a random password that nobody kept, made with the parameters of `hash()`. Checking a password for an
 * unknown account costs the same work as for a known one, so the time of the answer does not tell which it was.
 */
export const DUMMY_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$LDmdWb5yja8YVtxN1ysVkg$BTdsV4Jgt3FZqJxM+ulpfhtcpVR+qfBiEGyvMVQSENE';

/** What is done around a look at a password, while one of the few that hash at once: it looks once, or throws. */
export type InTurn = (look: () => Promise<boolean>) => Promise<boolean>;

/**
 * A password is what somebody types, whichever way the keyboard spells it: it is hashed as PRECIS prepares it. argon2id
 * with the library's defaults (19 MiB, 2 passes). Takes tens of milliseconds: never inside a unit of work.
 *
 * A few at once, however many come: the others wait their turn for a while, and what is more is refused with
 * PasswordsBusy.
 */
@Injectable()
export class Passwords {
  readonly #pool = resilience('password-hashing', { bulkhead: { concurrency: AT_ONCE, queue: WAITING } });

  constructor(registry: ResilienceRegistry) {
    registry.add(this.#pool);
  }

  hash(password: string): Promise<string> {
    return this.#inPool(() => hash(asOpaqueString(password)));
  }

  /**
   * `stored` is undefined when there is no account; the answer is false then, after the same work. Throws what `inTurn`
   * does, and PasswordsBusy when the time is over before the answer is there, `inTurn` called or not: `look` throws
   * then.
   */
  async matches(stored: string | undefined, password: string, inTurn: InTurn = (look) => look()): Promise<boolean> {
    const prepared = asOpaqueString(password);
    const known = stored ?? DUMMY_HASH;
    return this.#inPool((signal) =>
      inTurn(async () => {
        signal.throwIfAborted();
        // Hashes from before passwords were prepared are of what was typed.
        const isSame = (await verify(known, prepared)) || (prepared !== password && (await verify(known, password)));
        signal.throwIfAborted();
        return isSame && stored !== undefined;
      }),
    );
  }

  async #inPool<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await this.#pool.run(work, { deadline: steadyNow() + LONGEST_WAIT_MS });
    } catch (error) {
      const isFull = error instanceof BulkheadFullError || error instanceof TimeoutExceededError;
      throw isFull ? new PasswordsBusy({ retryAfterSeconds: 1 }) : error;
    }
  }
}
