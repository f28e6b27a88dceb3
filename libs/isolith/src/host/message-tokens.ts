import { principalSchema, UnauthenticatedError, type Principal } from '@isolith/contracts';
import type { PrincipalSigner } from '@isolith/message-bus';
import { JwtService } from '@nestjs/jwt';
import { z } from 'zod';
import type { KeySource } from '../http/auth-keys.js';
import { Recent } from './recent.js';

const ALGORITHM = 'HS256';
const PURPOSE = 'message token';
/** Longer than any request waits, and no longer: the token is not for keeping. */
const REQUEST_SECONDS = 300;
/** A token is used again for this long, so that a busy sender does not sign each message. */
const REUSE_MS = 60_000;
const MOST_KEPT = 10_000;

const claimsSchema = principalSchema.extend({ exp: z.int().optional() });

/** Says who sends a message, from host to host. One key for all hosts; one audience for each receiving context. */
export class MessageTokens implements PrincipalSigner {
  readonly #signed = new Recent<{ readonly token: string; readonly until: number }>(MOST_KEPT);
  readonly #verified = new Recent<{ readonly principal: Principal; readonly until: number }>(MOST_KEPT);
  #jwt: JwtService | undefined;

  constructor(
    private readonly keys: KeySource,
    private readonly now: () => number = Date.now,
  ) {}

  sign(principal: Principal, audience: string, lasting: boolean): string {
    const id = JSON.stringify([audience, lasting, principal.service, principal.user, principal.roles]);
    const known = this.#signed.get(id);
    if (known !== undefined && this.now() < known.until) return known.token;
    const expiry = lasting ? {} : { expiresIn: REQUEST_SECONDS };
    const token = this.#service().sign(
      { ...principal, roles: [...principal.roles] },
      { ...this.#options(audience, lasting), ...expiry },
    );
    this.#signed.keep(id, { token, until: this.now() + REUSE_MS });
    return token;
  }

  verify(token: string, audience: string, lasting: boolean): Principal {
    const id = `${audience} ${lasting} ${token}`;
    const known = this.#verified.get(id);
    // What was verified is trusted again for a while, never longer than it is valid.
    if (known !== undefined && this.now() < known.until) return known.principal;
    const { principal, expiresAt } = this.#read(token, audience, lasting);
    this.#verified.keep(id, { principal, until: Math.min(this.now() + REUSE_MS, expiresAt) });
    return principal;
  }

  #read(
    token: string,
    audience: string,
    lasting: boolean,
  ): { readonly principal: Principal; readonly expiresAt: number } {
    try {
      const { issuer, audience: expected, algorithm } = this.#options(audience, lasting);
      const { exp, ...claims } = claimsSchema.parse(
        this.#service().verify<object>(token, {
          issuer,
          audience: expected,
          algorithms: [algorithm],
          clockTolerance: 30,
        }),
      );
      return { principal: claims, expiresAt: exp === undefined ? Infinity : exp * 1_000 };
    } catch {
      // Why it failed is of use to whoever forged it only.
      throw new UnauthenticatedError(`the ${PURPOSE} is not valid for ${audience}`);
    }
  }

  #options(
    audience: string,
    lasting: boolean,
  ): { readonly algorithm: typeof ALGORITHM; readonly issuer: string; readonly audience: string } {
    return {
      algorithm: ALGORITHM,
      issuer: 'isolith',
      audience: `isolith:${lasting ? 'events' : 'requests'}:${audience}`,
    };
  }

  /** Made on first use: the host's secret is only there once the host has opened. */
  #service(): JwtService {
    return (this.#jwt ??= new JwtService({ secret: this.keys.key(PURPOSE) }));
  }
}
