import { randomUUID } from 'node:crypto';
import { steadyNow, tellable, UnauthenticatedError } from '@isolith/contracts';
import { AccessTokens, OPERATOR } from '@isolith/isolith/http';
import { Injectable, Logger } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ConsoleConfig } from '../settings/console-options.js';
import { takeLink } from './link-file.js';
import { TooManyAttempts } from './too-many-attempts.js';

/** Of all clients together: nobody finds a link by trying, and who tries costs a host nothing. */
const ATTEMPTS = 20;
const WINDOW_SECONDS = 60;
/** What operators are called who came by the link, in what contexts write down. */
const BY_LINK = 'console-link';

/** Lets in whoever has the link that the one who started the hosts was shown. */
@Injectable()
export class SignIn {
  readonly #log = new Logger('Console');
  readonly #attempts = new RateLimiterMemory({ points: ATTEMPTS, duration: WINDOW_SECONDS });

  constructor(
    private readonly config: ConsoleConfig,
    private readonly tokens: AccessTokens,
  ) {}

  /**
   * An access token of an operator, in a session of its own, for as long as such tokens last; there is none to refresh
   * it with.
   * @throws {UnauthenticatedError} unless it is the link, not used yet and not expired
   * @throws {TooManyAttempts} beyond 20 attempts a minute
   */
  async byLink(link: string): Promise<{ token: string; expiresAt: string }> {
    await this.#count();
    const now = steadyNow();
    if (!(await this.#take(link, now)))
      throw new UnauthenticatedError('the link is none, was used or has expired; start the hosts again for a new one');
    const token = this.tokens.issue({ user: BY_LINK, roles: [OPERATOR], session: `${BY_LINK}-${randomUUID()}` });
    this.#log.log({ message: 'an operator signed in by the link of the start', by: BY_LINK });
    return { token, expiresAt: new Date(now + this.tokens.lifetimeSeconds * 1_000).toISOString() };
  }

  async #count(): Promise<void> {
    try {
      await this.#attempts.consume('all');
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      throw new TooManyAttempts({ retryAfterSeconds: Math.max(1, Math.ceil(error.msBeforeNext / 1_000)) });
    }
  }

  async #take(link: string, now: number): Promise<boolean> {
    const { CONSOLE_LINK } = this.config.options.settings;
    if (CONSOLE_LINK === undefined) return false;
    try {
      return await takeLink(CONSOLE_LINK, link, now);
    } catch (error) {
      this.#log.warn({ message: 'CONSOLE_LINK: the file can not be used', problem: tellable(error).message });
      return false;
    }
  }
}
