import { z } from 'zod';
import type { KeySource } from './auth-keys.js';
import { SignedToken } from './signed-token.js';

const ACCESS_SECONDS = 15 * 60;
const REFRESH_SECONDS = 30 * 24 * 60 * 60;

/** Whom an access token speaks for. */
export interface AccessClaims {
  readonly user: string;
  readonly roles: readonly string[];
  /** The session that it was issued for. */
  readonly session: string;
}

const accessClaims = z.object({ sub: z.string().min(1), roles: z.array(z.string()), sid: z.string().min(1) });

/** Short-lived bearer tokens. Any host that has the secret verifies them by itself; a session that ended stays usable until they expire. */
export class AccessTokens {
  readonly lifetimeSeconds = ACCESS_SECONDS;
  readonly #token: SignedToken<typeof accessClaims>;

  constructor(keys: KeySource) {
    this.#token = new SignedToken(keys, { purpose: 'access token', claims: accessClaims, lifetimeSeconds: ACCESS_SECONDS });
  }

  issue({ user, roles, session }: AccessClaims): string {
    return this.#token.sign({ sub: user, roles: [...roles], sid: session });
  }

  /** Throws UnauthenticatedError unless it is a valid access token. */
  verify(token: string): AccessClaims {
    const { sub, roles, sid } = this.#token.verify(token);
    return { user: sub, roles, session: sid };
  }
}

/** Which use of which session a refresh token stands for; the owner of sessions decides whether it still counts. */
export interface RefreshClaims {
  readonly session: string;
  /** Counts the refreshes of a session: an old number means that the token was used before. */
  readonly generation: number;
}

const refreshClaims = z.object({ sid: z.string().min(1), gen: z.int().min(0) });

/** Tokens that are exchanged for new access tokens, each one once. */
export class RefreshTokens {
  readonly lifetimeSeconds = REFRESH_SECONDS;
  readonly #token: SignedToken<typeof refreshClaims>;

  constructor(keys: KeySource) {
    this.#token = new SignedToken(keys, { purpose: 'refresh token', claims: refreshClaims, lifetimeSeconds: REFRESH_SECONDS });
  }

  issue({ session, generation }: RefreshClaims): string {
    return this.#token.sign({ sid: session, gen: generation });
  }

  /** Throws UnauthenticatedError unless it is a valid refresh token. */
  verify(token: string): RefreshClaims {
    const { sid, gen } = this.#token.verify(token);
    return { session: sid, generation: gen };
  }
}
