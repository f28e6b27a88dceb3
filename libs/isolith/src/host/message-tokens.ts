import { createHmac, randomBytes } from 'node:crypto';
import { principalSchema, UnauthenticatedError, type Principal } from '@isolith/contracts';
import { UnjudgedTokenError, type PrincipalSigner } from '@isolith/message-bus';
import { JwtService } from '@nestjs/jwt';
import { z } from 'zod';
import type { KeySource } from '../http/auth-keys.js';
import { Recent } from './recent.js';

const ALGORITHM = 'HS256';
const PURPOSE = 'message token';
/** Longer than any request waits, and no longer: the token is not for keeping. */
const REQUEST_SECONDS = 300;
/** As far as the clocks of two hosts may be apart before one takes the other's tokens for expired. */
const CLOCKS_APART_SECONDS = 2 * 60 * 60;
/** A token is used again for this long, so that a busy sender does not sign each message. */
const REUSE_MS = 60_000;
const MOST_KEPT = 10_000;
/** For this long after a token of another host was valid, this host's clock counts as right. */
const CLOCK_PROVEN_MS = 10 * 60_000;

const claimsSchema = principalSchema.extend({ host: z.string().optional() });
const headerSchema = z.object({ header: z.object({ kid: z.string().optional() }) });

/** What may be said of a key that somebody else has named. */
const KEY_ID = /^[\w-]{1,32}$/;

/** Says who sends a message, from host to host. One key for all hosts; one audience for each receiving context. */
export class MessageTokens implements PrincipalSigner {
  readonly #signed = new Recent<{ readonly token: string; readonly until: number }>(MOST_KEPT);
  readonly #verified = new Recent<{ readonly principal: Principal; readonly until: number }>(MOST_KEPT);
  /** Tells the tokens of this host from those of others. */
  readonly #host = randomBytes(6).toString('base64url');
  #key: { readonly jwt: JwtService; readonly id: string } | undefined;
  /** When a token of another host was valid. */
  #othersAt: number | undefined;

  /** @param now milliseconds of a clock that nobody sets */
  constructor(
    private readonly keys: KeySource,
    private readonly now: () => number = () => performance.now(),
  ) {}

  sign(principal: Principal, audience: string, lasting: boolean): string {
    const id = JSON.stringify([audience, lasting, principal.service, principal.user, principal.roles]);
    const known = this.#signed.get(id);
    if (known !== undefined && this.now() < known.until) return known.token;
    const expiry = lasting ? {} : { expiresIn: REQUEST_SECONDS };
    const { jwt, id: keyid } = this.#signing();
    const token = jwt.sign(
      { ...principal, roles: [...principal.roles], host: this.#host },
      { ...optionsOf(audience, lasting), keyid, ...expiry },
    );
    this.#signed.keep(id, { token, until: this.now() + REUSE_MS });
    return token;
  }

  verify(token: string, audience: string, lasting: boolean): Principal {
    const id = `${audience} ${lasting} ${token}`;
    const known = this.#verified.get(id);
    // What was verified is trusted again for a while: it was not expired by far.
    if (known !== undefined && this.now() < known.until) return known.principal;
    const { host, ...principal } = this.#read(token, audience, lasting);
    if (host !== this.#host) this.#othersAt = this.now();
    this.#verified.keep(id, { principal, until: this.now() + REUSE_MS });
    return principal;
  }

  #read(token: string, audience: string, lasting: boolean): z.output<typeof claimsSchema> {
    try {
      const { issuer, audience: expected, algorithm } = optionsOf(audience, lasting);
      return claimsSchema.parse(
        this.#signing().jwt.verify<object>(token, {
          issuer,
          audience: expected,
          algorithms: [algorithm],
          clockTolerance: CLOCKS_APART_SECONDS,
        }),
      );
    } catch (error) {
      this.#requireJudged(token, error);
      // Why it failed is of use to whoever forged it only.
      throw new UnauthenticatedError(`the ${PURPOSE} is not valid for ${audience}`);
    }
  }

  /** Of a token with another key, or from another time, this host can't say that it is forged: it may be wrong itself. */
  #requireJudged(token: string, error: unknown): void {
    if (!(error instanceof Error)) return;
    if (error.name === 'TokenExpiredError') {
      const proven = this.#othersAt !== undefined && this.now() - this.#othersAt < CLOCK_PROVEN_MS;
      const hours = CLOCKS_APART_SECONDS / 3_600;
      throw new UnjudgedTokenError('time', proven, `the clock is more than ${hours} hours ahead of the sender's`);
    }
    if (error.message !== 'invalid signature') return;
    const { jwt, id } = this.#signing();
    const kid = headerSchema.safeParse(jwt.decode(token, { complete: true })).data?.header.kid;
    // A host names its key. What names none was signed by no host; handed back, it would hold up a host that is alone
    // for ever.
    if (kid === undefined || !KEY_ID.test(kid) || kid === id) return;
    throw new UnjudgedTokenError('key', this.#othersAt !== undefined, `the key ${kid} is not known, only ${id}`);
  }

  /** Made on first use: the host's secret is only there once the host has opened. The id is a fingerprint that tells nothing of the key. */
  #signing(): { readonly jwt: JwtService; readonly id: string } {
    if (this.#key === undefined) {
      const secret = this.keys.key(PURPOSE);
      const id = createHmac('sha256', secret).update('key id').digest('base64url').slice(0, 12);
      this.#key = { jwt: new JwtService({ secret }), id };
    }
    return this.#key;
  }
}

function optionsOf(
  audience: string,
  lasting: boolean,
): { readonly algorithm: typeof ALGORITHM; readonly issuer: string; readonly audience: string } {
  return {
    algorithm: ALGORITHM,
    issuer: 'isolith',
    audience: `isolith:${lasting ? 'events' : 'requests'}:${audience}`,
  };
}
