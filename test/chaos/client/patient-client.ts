import { setTimeout as pause } from 'node:timers/promises';
import type { Answer, Client } from '../../support/client.js';
import type { CallLog } from './call-log.js';

/** One try. A host that is frozen answers nobody. */
const TRY_MS = 6_000;
/** All tries of one call, from the first on; a bound for failing. */
const CALL_MS = 120_000;
const BACKOFF_MS = { first: 50, most: 800 };

/** A call that never got an answer to keep, however often it was repeated. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/**
 * Calls as a careful program would: what got no answer, or one that says nothing about the outcome (5xx), is sent again
 * with the same Idempotency-Key until there is an answer that stands.
 */
export class PatientClient {
  private signing: Promise<Client> | undefined;

  constructor(
    private client: Client,
    private readonly log: CallLog,
  ) {}

  get userId(): string {
    const { userId } = this.client;
    if (userId === undefined) throw new Error('a client that signed in knows who it is');
    return userId;
  }

  get(path: string): Promise<Answer> {
    return this.untilAnswered(`GET ${path}`, (signal) => this.client.call('GET', path, undefined, { signal }));
  }

  post(path: string, key: string, body?: unknown): Promise<Answer> {
    const headers = { 'idempotency-key': key };
    return this.untilAnswered(`POST ${path}`, (signal) => this.client.call('POST', path, body, { headers, signal }));
  }

  /**
   * As a careful program does whose token has expired: so it has for a host whose clock is ahead. Any other 401 is an
   * answer.
   * @returns whether it is worth another try
   */
  private async signsInAgain({ body }: Answer): Promise<boolean> {
    const { again } = this.client;
    if (again === undefined || !JSON.stringify(body).includes('access token has expired')) return false;
    // Calls side by side share one.
    this.signing ??= again().finally(() => {
      this.signing = undefined;
    });
    this.client = await this.signing;
    return true;
  }

  private async untilAnswered(what: string, call: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    const giveUpAt = Date.now() + CALL_MS;
    let last = '';
    for (let backoff = BACKOFF_MS.first; Date.now() < giveUpAt; backoff = Math.min(2 * backoff, BACKOFF_MS.most)) {
      try {
        const answer = await call(AbortSignal.timeout(TRY_MS));
        last = String(answer.status);
        this.log.tried(last);
        const isExpired = answer.status === 401 && (await this.signsInAgain(answer));
        if (answer.status < 500 && !isExpired) return answer;
        if (answer.status === 500) this.log.unexplainedAnswer(`${what}: ${JSON.stringify(answer.body)}`);
        last += ` ${JSON.stringify(answer.body)}`;
      } catch (error) {
        last = error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'no connection';
        this.log.tried(last);
      }
      await pause(backoff * (0.5 + Math.random() / 2));
    }
    throw new NoAnswer(`${what}: no answer within ${CALL_MS} ms, the last try ended with ${last}`);
  }
}
