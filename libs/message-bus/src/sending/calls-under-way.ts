import { OutcomeUnknownError } from '@isolith/contracts';
import { Chain, type Linked } from '../receiving/chain.js';
import { hadNoEffect, mayPass } from './asking.js';

/** A call is asked again beside itself no sooner than this after it was asked last; milliseconds. */
const BESIDE_AFTER_MS = 500;
/** How often one call is asked at most; the last one waits as long as its caller does. */
const MOST_ATTEMPTS = 8;

/** What one call is made of. */
interface CallParts {
  /** One attempt; resolves when it has answered the call. */
  readonly ask: () => Promise<void>;
  readonly now: () => number;
  /** Of the call, not of one attempt. */
  readonly failed: (error: unknown) => void;
  /** Nobody waits any more for the attempts that have not ended. */
  readonly giveUp: () => void;
}

/** One call, and those beside it that carry the same id. The first that is answered answers it. */
class Call implements Linked<Call> {
  before: Call | undefined;
  after: Call | undefined;
  private attempts = 0;
  private waiting = 0;
  private askedAt = 0;
  private ended = false;
  private unknown: OutcomeUnknownError | undefined;
  /** Final for its attempt, and no word of the others. */
  private refusal: unknown;

  constructor(private readonly parts: CallParts) {}

  attempt(): void {
    this.attempts += 1;
    this.waiting += 1;
    this.askedAt = this.parts.now();
    this.parts.ask().then(
      () => this.attemptAnswered(),
      (error: unknown) => this.attemptFailed(error),
    );
  }

  /** Once more, unless it was asked a moment ago or often enough. */
  beside(): void {
    if (this.attempts < MOST_ATTEMPTS && this.parts.now() - this.askedAt >= BESIDE_AFTER_MS) this.attempt();
  }

  private attemptAnswered(): void {
    this.waiting -= 1;
    this.giveUpOthers();
  }

  private attemptFailed(error: unknown): void {
    this.waiting -= 1;
    if (this.ended) return;
    if (error instanceof OutcomeUnknownError) this.unknown ??= error;
    if (!mayPass(error)) {
      // An outcome of the message is its answer, whoever still waits.
      if (!hadNoEffect(error)) {
        this.parts.failed(error);
        return this.giveUpOthers();
      }
      this.refusal ??= error;
    }
    if (this.waiting === 0) this.parts.failed(this.end(error));
  }

  /** The call has ended. Whoever carries an attempt keeps room for its answer, and nobody would take that. */
  private giveUpOthers(): void {
    this.ended = true;
    if (this.waiting > 0) this.parts.giveUp();
  }

  /** What is said at the end is true of all attempts: if one may have run, it may have run. */
  private end(last: unknown): unknown {
    const { unknown, refusal } = this;
    if (unknown === undefined) return refusal ?? last;
    return refusal === undefined ? unknown : new OutcomeUnknownError(unknown.message, { cause: refusal });
  }
}

/**
 * The calls that wait for an answer of other hosts. Whoever sees that a replica has fallen silent has those of its
 * lanes asked once more, with the same id: the medium may have given them to that one, and will not know for a while.
 * Another replica answers, or waits for the first to end, as with any message that comes twice.
 */
export class CallsUnderWay {
  private readonly byLane = new Map<string, Chain<Call>>();

  /** @param now milliseconds of a clock that nobody sets */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /**
   * Resolves with the first answer to one of the attempts that `ask` makes; rejects when none of them can have one.
   *
   * @param giveUp told at most once: the call has ended, and attempts of it still wait
   */
  ask<T>(lane: string, ask: () => Promise<T>, giveUp: () => void): Promise<T> {
    const calls = this.of(lane);
    return new Promise((resolve, reject) => {
      const attempt = async (): Promise<void> => {
        const answer = await ask();
        calls.remove(call);
        resolve(answer);
      };
      const failed = (error: unknown): void => {
        calls.remove(call);
        reject(error);
      };
      const call = new Call({ ask: attempt, now: this.now, failed, giveUp });
      calls.add(call);
      call.attempt();
    });
  }

  /** Asks those once more that have waited for half a second since they were asked last; each 8 times at most. */
  askBeside(lane: string): void {
    for (const call of this.byLane.get(lane) ?? []) call.beside();
  }

  private of(lane: string): Chain<Call> {
    const known = this.byLane.get(lane);
    if (known !== undefined) return known;
    const calls = new Chain<Call>();
    this.byLane.set(lane, calls);
    return calls;
  }
}
