import { randomUUID } from 'node:crypto';
import { contractOf, steadyNow, type EventContract } from '@isolith/contracts';
import { currentScope, withOptions, type Listening, type Transport } from '@isolith/message-bus';
import type { HostLifecycle, HostParticipant } from '@isolith/message-bus/nest';
import type { LoggerService } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { broadcastOf } from '../remote/broadcasts.js';

/**
 * Twice the life of an access token: by then each host, whatever its clock, refuses the tokens of the session by
 * itself.
 */
const KEPT_SECONDS = 30 * 60;
/** Sessions that may end in that time: to end one somebody has to sign in, and to hash a password takes a while. */
const MOST_KEPT = 100_000;
const BROADCAST_MS = 1_000;
const ANSWER_MS = 2_000;
const LOOK_EVERY_MS = 1_000;
/**
 * For so long after it was lost, or after the start, requests wait until it is known again: whom a host asks is
 * restarted, or starts beside it. Afterwards they are refused at once.
 */
const PATIENCE_MS = 5_000;
/** Asked for again, in case that whoever ended a session came to its end before it could say so. */
const ASK_EVERY_MS = { told: 5_000, alone: 2_000 } as const;
/**
 * By how much what is asked for then reaches back behind the last whole list: whoever ends a session may be long about
 * it.
 */
const OVERLAP_SECONDS = 120;

const answer = z.object({ sessionIds: z.array(z.string()), more: z.boolean() });
const told = z.object({ sessionId: z.string() });

/** How the application says which sessions have ended. */
export interface EndedSessionsOptions {
  /**
   * The query for the sessions that ended in the last `withinSeconds`, in the order of their ids, from behind `after`:
   * it is answered with `{ sessionIds, more }`, by anyone's asking. Sessions that ended longer ago than half an hour
   * need not be known.
   */
  list(asked: { readonly withinSeconds: number; readonly after?: string }): object;
  /** The event, of `{ sessionId }` at least, that tells all hosts; it is kept nowhere. */
  ended(sessionId: string): object;
}

interface Parts {
  readonly options: EndedSessionsOptions | undefined;
  /** Sends a query. */
  readonly ask: (query: object) => Promise<unknown>;
  readonly remote: Pick<Transport, 'send' | 'listen'> | undefined;
  readonly isConnected: () => boolean;
  readonly log: Pick<LoggerService, 'warn'>;
}

/**
 * The sessions that ended lately, on every host, so that each refuses their access tokens by itself and at once.
 *
 *   unknown --all that ended lately was listed--> known --the connection to others is lost--> unknown
 *
 * While it is known, whoever ends sessions tells all hosts; a host asks again every few seconds for what it may have
 * missed. While it is unknown, nobody can say whether a token still counts.
 */
export class EndedSessions implements HostParticipant {
  readonly name = 'ended sessions';
  readonly stage = 'application';
  readonly #ended = new LRUCache<string, true>({ max: MOST_KEPT, ttl: KEPT_SECONDS * 1_000 });
  readonly #event: EventContract | undefined;
  #isKnown: boolean;
  /** How often it was seen that others can't be heard: a list of before says nothing of what they told meanwhile. */
  #losses = 0;
  #asking: Promise<void> | undefined;
  #askedAt = -Infinity;
  /** When the last list that came whole was asked for: what ended since then may not have been heard of. */
  #wholeAt = -Infinity;
  /** When it was last found out that it can't be found out. */
  #failedAt = -Infinity;
  #unknownSince = -Infinity;
  /** The end of the next list, whatever it brings. */
  #listed = Promise.withResolvers<void>();
  /** That it is not known is said once, until it is known again. */
  #isSaid = false;
  #looking: NodeJS.Timeout | undefined;
  #listening: Listening | undefined;

  constructor(
    private readonly parts: Parts,
    lifecycle: Pick<HostLifecycle, 'join'>,
  ) {
    const { options } = parts;
    this.#isKnown = options === undefined;
    if (options === undefined) return;
    const contract = contractOf(options.ended(randomUUID()));
    if (contract?.kind !== 'event') throw new TypeError('endedSessions.ended() makes no event of a contract');
    this.#event = contract;
    lifecycle.join(this);
  }

  /** Whether the answers of `has` can be relied on now. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  has(sessionId: string): boolean {
    return this.#ended.has(sessionId);
  }

  /**
   * These sessions have ended, as is committed: this host refuses their tokens from now on, and all others are told.
   * Resolves when the medium has it; never rejects, since a host that was not told asks by itself.
   */
  async announce(sessionIds: readonly string[]): Promise<void> {
    this.#note(sessionIds);
    const { options, remote, log } = this.parts;
    const contract = this.#event;
    if (sessionIds.length === 0 || options === undefined || remote === undefined || contract === undefined) return;
    const signal = AbortSignal.timeout(BROADCAST_MS);
    const [time, correlation] = [new Date(steadyNow()).toISOString(), currentScope()?.correlationId];
    try {
      await Promise.all(
        sessionIds.map((id) =>
          remote.send(
            broadcastOf(contract, contract.copyInput(options.ended(id)), time, correlation),
            { lane: 'broadcast' },
            signal,
          ),
        ),
      );
    } catch (err) {
      log.warn({ message: 'other hosts could not be told that sessions ended; they ask for it by themselves', err });
    }
  }

  async start(): Promise<void> {
    const { remote } = this.parts;
    // First, so that nothing ends between what is listed and what is told.
    this.#listening = await remote?.listen({ lane: 'broadcast' }, async ({ envelope: { type, data } }) => {
      if (type === this.#event?.name) this.#note([told.parse(data).sessionId]);
    });
    this.#unknownSince = steadyNow();
    this.#looking = setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
    void this.#ask();
  }

  async drain(): Promise<void> {
    clearInterval(this.#looking);
    // Nobody asks any more.
    this.#unknownSince = -Infinity;
    this.#listed.resolve();
    await Promise.all([this.#listening?.stop(), this.#asking]);
  }

  /**
   * Asks for what ended lately, unless that is under way, or came to nothing less than a second ago: requests may ask
   * as often as they like. Never rejects: `isKnown` says what came of it.
   */
  async askOnce(): Promise<void> {
    if (this.#asking !== undefined || steadyNow() - this.#failedAt >= LOOK_EVERY_MS) await this.#ask();
  }

  /**
   * The same; and while it has not been unknown for long, and others can be reached, waits for the next time that it is
   * asked for, and the next.
   */
  async catchUp(): Promise<void> {
    await this.askOnce();
    while (!this.#isKnown && this.#isPatient()) await this.#listed.promise;
  }

  #isPatient(): boolean {
    const { remote, isConnected } = this.parts;
    return steadyNow() - this.#unknownSince < PATIENCE_MS && (remote === undefined || isConnected());
  }

  #ask(): Promise<void> {
    this.#asking ??= this.#list().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  #look(): void {
    const { remote, isConnected } = this.parts;
    if (remote !== undefined && !isConnected()) {
      this.#losses += 1;
      if (this.#isKnown) this.#unknownSince = steadyNow();
      this.#isKnown = false;
    }
    const everyMs = remote === undefined ? ASK_EVERY_MS.alone : ASK_EVERY_MS.told;
    if (!this.#isKnown || steadyNow() - this.#askedAt >= everyMs) void this.#ask();
  }

  async #list(): Promise<void> {
    const { options, log, remote, isConnected } = this.parts;
    if (options === undefined) return;
    const losses = this.#losses;
    const askedAt = (this.#askedAt = steadyNow());
    const missed = Math.ceil((askedAt - this.#wholeAt) / 1_000) + OVERLAP_SECONDS;
    const withinSeconds = this.#isKnown ? Math.min(missed, KEPT_SECONDS) : KEPT_SECONDS;
    try {
      let after: string | undefined;
      for (let more = true; more;) {
        const query = options.list({ withinSeconds, ...(after === undefined ? {} : { after }) });
        const page = answer.parse(await this.parts.ask(withOptions(query, { timeoutMs: ANSWER_MS })));
        this.#note(page.sessionIds);
        after = page.sessionIds.at(-1);
        more = page.more && after !== undefined;
      }
      this.#wholeAt = askedAt;
      this.#isKnown = this.#losses === losses && (remote === undefined || isConnected());
    } catch (err) {
      if (!this.#isKnown && !this.#isSaid) {
        log.warn({ message: 'which sessions ended is not known here; it is asked for every second', err });
        this.#isSaid = true;
      }
    }
    if (this.#isKnown) this.#isSaid = false;
    this.#failedAt = this.#isKnown ? -Infinity : steadyNow();
    this.#listed.resolve();
    this.#listed = Promise.withResolvers();
  }

  #note(sessionIds: readonly string[]): void {
    for (const id of sessionIds) this.#ended.set(id, true);
  }
}
