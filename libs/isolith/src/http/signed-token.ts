import { UnauthenticatedError } from '@isolith/contracts';
import { JwtService } from '@nestjs/jwt';
import { z } from 'zod';
import type { KeySource } from './auth-keys.js';

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

/** Signs and verifies the JWTs of one kind. Algorithm, issuer and audience are fixed; what a token says of them is only compared. */
export class SignedToken<S extends z.ZodType<Record<string, unknown>>> {
  readonly #kind: TokenKind<S>;
  readonly #keys: KeySource;
  readonly #now: () => number;
  #jwt: JwtService | undefined;

  /** @param now milliseconds since the epoch, by the clock that the life of a token is measured with */
  constructor(keys: KeySource, kind: TokenKind<S>, now: () => number) {
    this.#keys = keys;
    this.#kind = kind;
    this.#now = now;
  }

  sign(claims: z.output<S>): string {
    return this.#service().sign({ ...claims, iat: this.#seconds() });
  }

  /** Throws UnauthenticatedError for a token that is forged, expired, of another kind or not one at all; the reason names no part of it. */
  verify(token: string): { readonly claims: z.output<S>; readonly expiresAtMs: number } {
    let payload: object;
    try {
      payload = this.#service().verify<object>(token, { clockTimestamp: this.#seconds() });
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

  /** Made on first use: the host's secret is only there once the host has opened. */
  #service(): JwtService {
    const { purpose, lifetimeSeconds } = this.#kind;
    const audience = `isolith:${purpose.replaceAll(' ', '-')}`;
    this.#jwt ??= new JwtService({
      secret: this.#keys.key(purpose),
      signOptions: { algorithm: ALGORITHM, issuer: ISSUER, audience, expiresIn: lifetimeSeconds },
      verifyOptions: { algorithms: [ALGORITHM], issuer: ISSUER, audience, clockTolerance: LEEWAY_SECONDS },
    });
    return this.#jwt;
  }
}
