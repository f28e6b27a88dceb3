import { steadyNow } from '@isolith/contracts';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { KeySource } from './auth-keys.js';
import { SignedToken } from './signed-token.js';

const ACCESS_SECONDS = 15 * 60;
/** Signed-in users that one host tells apart without verifying their token again with each request. */
const MOST_KEPT = 10_000;
const REFRESH_SECONDS = 30 * 24 * 60 * 60;

/** Whom an access token speaks for. */
export interface AccessClaims {
  readonly user: string;
  readonly roles: readonly string[];
  /** The session that it was issued for. */
  readonly session: string;
}

const accessClaims = z.object({ sub: z.string().min(1), roles: z.array(z.string()), sid: z.string().min(1) });

/**
 * Short-lived bearer tokens. Any host that has the secret verifies them by itself; whether their session goes on is
 * another question.
 */
export class AccessTokens {
  readonly lifetimeSeconds = ACCESS_SECONDS;
  readonly #token: SignedToken<typeof accessClaims>;
  /** The very tokens, byte for byte, that were found valid: no other one can be taken for one of them. */
  readonly #verified = new LRUCache<string, { readonly claims: AccessClaims; readonly expiresAtMs: number }>({
    max: MOST_KEPT,
  });

  constructor(
    keys: KeySource,
    private readonly now: () => number = steadyNow,
  ) {
    this.#token = new SignedToken(
      keys,
      { purpose: 'access token', claims: accessClaims, lifetimeSeconds: ACCESS_SECONDS },
      now,
    );
  }

  issue({ user, roles, session }: AccessClaims): string {
    return this.#token.sign({ sub: user, roles: [...roles], sid: session });
  }

  /** Throws UnauthenticatedError unless it is a valid access token. */
  verify(token: string): AccessClaims {
    const known = this.#verified.get(token);
    // A key does not change while a host runs, so a valid token stays valid until it expires; then it is verified, and
    // refused.
    if (known !== undefined && this.now() < known.expiresAtMs) return known.claims;
    const {
      claims: { sub, roles, sid },
      expiresAtMs,
    } = this.#token.verify(token);
    const claims = { user: sub, roles, session: sid };
    this.#verified.set(token, { claims, expiresAtMs });
    return claims;
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

  constructor(keys: KeySource, now: () => number = steadyNow) {
    this.#token = new SignedToken(
      keys,
      { purpose: 'refresh token', claims: refreshClaims, lifetimeSeconds: REFRESH_SECONDS },
      now,
    );
  }

  issue({ session, generation }: RefreshClaims): string {
    return this.#token.sign({ sid: session, gen: generation });
  }

  /** Throws UnauthenticatedError unless it is a valid refresh token. */
  verify(token: string): RefreshClaims {
    const {
      claims: { sid, gen },
    } = this.#token.verify(token);
    return { session: sid, generation: gen };
  }
}
