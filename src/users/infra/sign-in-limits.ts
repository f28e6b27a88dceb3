import { KEY_SOURCE, keyedDigest, type KeySource } from '@isolith/isolith/http';
import { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { TooManyAttempts } from '../users.contract.js';
import type { InTurn } from './passwords.js';

/** Who tries which account. */
export interface Attempt {
  /** As it was typed; it may be no account's. */
  readonly email: string;
  /** A pseudonym of where it comes from; undefined where that can't be told. */
  readonly origin: string | undefined;
}

interface Limit {
  /** Failures that are followed by no wait. */
  readonly free: number;
  /** The wait after the last of them is four seconds and doubles with each further one, up to this many seconds. */
  readonly longest: number;
}

/** Somebody at one place who tries one account: guesses, or has forgotten. */
const PAIR: Limit = { free: 10, longest: 15 * 60 };
/** Somebody at one place who tries one account after the other. Short, because many people may share a place. */
const ORIGIN: Limit = { free: 50, longest: 60 };
/** One account that is tried from everywhere. Short, because its owner waits as well. */
const ACCOUNT: Limit = { free: 100, longest: 60 };
/** What has not failed for so long is forgotten. */
const FORGOTTEN = "interval '1 hour'";
/** A place from which the owner came in within this time is the owner's. */
const KNOWN = "interval '30 days'";
/** More than a failure adds, so that what is forgotten goes away faster than it comes. */
const SWEPT_AT_ONCE = 20;

/**
 * Where there is no wait it has been over for long: somebody else's attempt may have been counted a moment after the
 * time that this one takes for now, since a statement sees what was committed after it began.
 */
const OVER = -3_600;

const secondsOf = ({ free, longest }: Limit): string =>
  `CASE WHEN a.failures < ${free} THEN ${OVER} ELSE least(${longest}, power(2, least(a.failures - ${free}, 20) + 2)) END`;
/** When the next attempt may be made, of a row `a`. */
const OPEN_AT = `a.counted_at + make_interval(secs => CASE WHEN a.origin = '' THEN ${secondsOf(ACCOUNT)}
  WHEN a.account = '' THEN ${secondsOf(ORIGIN)} ELSE ${secondsOf(PAIR)} END)`;

const ONE_MORE = `SET counted_at = now(),
  failures = CASE WHEN a.counted_at > now() - ${FORGOTTEN} THEN a.failures + 1 ELSE 1 END`;

const WaitRow = z.object({ wait: z.number() });

/**
 * Counts failed attempts to sign in, by account and place, by place, and by account, whether there is such an account
 * or not, and makes the next ones wait longer and longer. Nobody is locked out for good by somebody else: what others
 * do to the account, or from the same place, does not count where its owner has come in lately, and elsewhere for a
 * minute at most; an attempt that is refused counts for nothing; a new password forgets all.
 *
 * All replicas count together. A row is forgotten an hour after its last failure, that of a place where the owner came
 * in a month after that; the attempts that follow delete it. So there are no more rows than three for each password
 * that is found wrong in an hour, and one for each that is found right in a month.
 */
@Injectable()
export class SignInLimits {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: ContextDatabase,
    @Inject(KEY_SOURCE) private readonly keys: KeySource,
  ) {}

  /**
   * Whether `check` finds the password right. Throws TooManyAttempts, without a look at it, while the attempt has to
   * wait. What is judged before `check` is judged again in its turn, by what has failed until then, and counts from
   * then on: of many at once no more get a look than would one after the other, and than look at once.
   */
  async allow(attempt: Attempt, check: (inTurn: InTurn) => Promise<boolean>): Promise<boolean> {
    await this.#requireOpen(attempt);
    return check(async (look) => {
      await this.#requireOpen(attempt);
      if (!(await this.#begin(attempt))) throw tooMany(1);
      const isRight = await look().catch(async (error: unknown) => {
        // Nobody is told what was found.
        await this.unit.intent(() => this.#count(attempt, 'greatest(failures - 1, 0)'));
        throw error;
      });
      if (!isRight) await this.#failed(attempt);
      return isRight;
    });
  }

  /** The password was right: at this place the account is its owner's. Needs an open unit of work. */
  async succeeded(attempt: Attempt): Promise<void> {
    this.#sweep();
    await this.#count(attempt, "0, succeeded_at = CASE WHEN origin = '' THEN NULL ELSE now() END");
  }

  /** The password was right, where nobody comes in again: forgets what failed there. Needs an open unit of work. */
  async proved({ email, origin = '' }: Attempt): Promise<void> {
    await this.unit.execute('DELETE FROM users.sign_in_attempts WHERE account = $1 AND origin = $2', [
      this.#accountOf(email),
      origin,
    ]);
  }

  /** Forgets what failed for the account. Needs an open unit of work. */
  async forget(email: string): Promise<void> {
    await this.unit.execute('UPDATE users.sign_in_attempts SET failures = 0 WHERE account = $1', [
      this.#accountOf(email),
    ]);
  }

  async #requireOpen({ email, origin = '' }: Attempt): Promise<void> {
    const [row] = await this.database.query(
      WaitRow,
      `SELECT coalesce(max(extract(epoch FROM ${OPEN_AT} - now())), 0)::float8 AS wait
       FROM users.sign_in_attempts a
       WHERE a.counted_at > now() - ${FORGOTTEN}
         AND ((a.account, a.origin) = ($1, $2) OR (a.account, a.origin) IN (('', $2), ($1, '')) AND NOT EXISTS (
           SELECT FROM users.sign_in_attempts
           WHERE account = $1 AND origin = $2 AND origin <> '' AND succeeded_at > now() - ${KNOWN}))`,
      [this.#accountOf(email), origin],
    );
    if (row !== undefined && row.wait > 0) throw tooMany(row.wait);
  }

  /** False when another one at the same time has used up what was free. */
  async #begin({ email, origin = '' }: Attempt): Promise<boolean> {
    return this.unit.intent(async () => {
      const counted = await this.unit.execute(
        `INSERT INTO users.sign_in_attempts AS a (account, origin, failures, counted_at) VALUES ($1, $2, 1, now())
         ON CONFLICT (account, origin) DO UPDATE ${ONE_MORE} WHERE a.counted_at < now() - ${FORGOTTEN} OR ${OPEN_AT} <= clock_timestamp()`,
        [this.#accountOf(email), origin],
      );
      return counted === 1;
    });
  }

  /** Counts for the place and for the account, too, and sweeps what is forgotten. */
  async #failed({ email, origin = '' }: Attempt): Promise<void> {
    await this.unit.intent(async () => {
      this.#sweep();
      if (origin === '') return;
      await this.unit.execute(
        `INSERT INTO users.sign_in_attempts AS a (account, origin, failures, counted_at)
         VALUES ('', $2, 1, now()), ($1, '', 1, now()) ON CONFLICT (account, origin) DO UPDATE ${ONE_MORE}`,
        [this.#accountOf(email), origin],
      );
    });
  }

  #sweep(): void {
    // Each by an index of its own, which has no row of the other: known places are many, and none of them is due.
    for (const due of [
      `succeeded_at IS NULL AND counted_at < now() - ${FORGOTTEN} ORDER BY counted_at`,
      `succeeded_at < now() - ${KNOWN} AND counted_at < now() - ${FORGOTTEN} ORDER BY succeeded_at`,
    ])
      this.unit.write(
        `DELETE FROM users.sign_in_attempts WHERE (account, origin) IN (
           SELECT account, origin FROM users.sign_in_attempts WHERE ${due} LIMIT ${SWEPT_AT_ONCE} FOR UPDATE SKIP LOCKED)`,
      );
  }

  async #count({ email, origin = '' }: Attempt, failures: string): Promise<void> {
    await this.unit.execute(
      `UPDATE users.sign_in_attempts SET failures = ${failures} WHERE account = $1 AND origin = $2`,
      [this.#accountOf(email), origin],
    );
  }

  /** The table does not tell which addresses were tried that are no account's, whoever has a list to try. */
  #accountOf(email: string): string {
    return keyedDigest(this.keys, 'account that is signed in to', email.toLowerCase());
  }
}

const tooMany = (seconds: number): TooManyAttempts =>
  new TooManyAttempts({ retryAfterSeconds: Math.max(1, Math.ceil(seconds)) });
