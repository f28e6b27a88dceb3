import { UnauthenticatedError } from '@isolith/contracts';
import { z } from 'zod';
import type { KeySource } from './auth-keys.js';
import { SigningKeys } from './signing-keys.js';

const ISSUER = 'isolith';
const ALGORITHM = 'HS256';
/** As far as the clocks of two hosts may be apart without a token dying early or living on. */
const LEEWAY_SECONDS = 30;

const expiry = z.object({ exp: z.number().optional() });

interface TokenKind<S extends z.ZodType> {
  /** Names the key and the audience, so that a token of one kind never passes for another. */
  readonly purpose: string;
  readonly claims: S;
  readonly lifetimeSeconds: number;
}

/**
 * Signs and verifies the JWTs of one kind. Algorithm, issuer and audience are fixed; what a token says of them is only
 * compared.
 */
export class SignedToken<S extends z.ZodType<Record<string, unknown>>> {
  readonly #kind: TokenKind<S>;
  readonly #keys: KeySource;
  readonly #now: () => number;
  #made: SigningKeys | undefined;

  /** @param now milliseconds since the epoch, by the clock that the life of a token is measured with */
  constructor(keys: KeySource, kind: TokenKind<S>, now: () => number) {
    this.#keys = keys;
    this.#kind = kind;
    this.#now = now;
  }

  sign(claims: z.output<S>): string {
    const { lifetimeSeconds: expiresIn } = this.#kind;
    const { id: keyid, jwt } = this.#signingKeys().signing;
    return jwt.sign({ ...claims, iat: this.#seconds() }, { algorithm: ALGORITHM, ...this.#about(), expiresIn, keyid });
  }

  /**
   * Throws UnauthenticatedError for a token that is forged, expired, of another kind or not one at all; the reason
   * names no part of it.
   */
  verify(token: string): { readonly claims: z.output<S>; readonly expiresAtMs: number } {
    let payload: object;
    try {
      ({ payload } = this.#signingKeys().verify(token, {
        algorithms: [ALGORITHM],
        ...this.#about(),
        clockTolerance: LEEWAY_SECONDS,
        clockTimestamp: this.#seconds(),
      }));
    } catch (error) {
      const expired = error instanceof Error && error.name === 'TokenExpiredError';
      throw new UnauthenticatedError(`the ${this.#kind.purpose} ${expired ? 'has expired' : 'is not valid'}`);
    }
    const claims = this.#kind.claims.safeParse(payload);
    if (!claims.success) throw new UnauthenticatedError(`the ${this.#kind.purpose} is not valid`);
    const { exp = Infinity } = expiry.parse(payload);
    return { claims: claims.data, expiresAtMs: (exp + LEEWAY_SECONDS) * 1_000 };
  }

  #seconds(): number {
    return Math.floor(this.#now() / 1_000);
  }

  #about(): { readonly issuer: string; readonly audience: string } {
    return { issuer: ISSUER, audience: `isolith:${this.#kind.purpose.replaceAll(' ', '-')}` };
  }

  /** Made on first use: the host's secret is only there once the host has opened. */
  #signingKeys(): SigningKeys {
    const { purpose } = this.#kind;
    // No host signs messages with a key of this name: one that came as a message would not be handed to others to
    // judge.
    return (this.#made ??= new SigningKeys(this.#keys, purpose, `${purpose.replaceAll(' ', '-')}.`));
  }
}
