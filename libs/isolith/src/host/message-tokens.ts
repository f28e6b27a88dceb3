import { randomBytes, type KeyObject } from 'node:crypto';
import { UnauthenticatedError, type Principal } from '@isolith/contracts';
import { UnjudgedTokenError, type PrincipalSigner, type SignedToken, type VerifiedToken } from '@isolith/message-bus';
import { LRUCache } from 'lru-cache';
import type { KeySource } from '../http/auth-keys.js';
import { SigningKeys } from '../http/signing-keys.js';
import {
  audienceClaim,
  audienceClaims,
  claimsOf,
  CLOCK_PROVEN_MS,
  CLOCKS_APART_SECONDS,
  ISSUER,
  KEY_ID,
  MOST_KEPT,
  PURPOSE,
  REQUEST_SECONDS,
  REUSE_MS,
  type Claims,
} from '../identity/message-claims.js';
import { ProofKey } from '../identity/proof-key.js';

const ALGORITHM = 'HS256';

interface MessageTokensOptions {
  /** Tokens of a release that proves nothing of single messages are refused. */
  readonly proofsRequired?: boolean;
  /** Told of each token that is believed and proves nothing of the message: hosts of the release before are there. */
  readonly noteUnproved?: () => void;
  /** Milliseconds of a clock that nobody sets. */
  readonly now?: () => number;
}

/**
 * Says who sends a message, from host to host, and that it is this message: a token for each principal and audience,
 * and a proof for each message under it. One key for all hosts, or several while it is being changed; one audience for
 * each receiving context.
 */
export class MessageTokens implements PrincipalSigner {
  readonly #signed = new LRUCache<string, { readonly signed: SignedToken; readonly until: number }>({ max: MOST_KEPT });
  readonly #verified = new LRUCache<string, { readonly verified: VerifiedToken; readonly until: number }>({
    max: MOST_KEPT,
  });
  /** Tells the tokens of this host from those of others. */
  readonly #host = randomBytes(6).toString('base64url');
  readonly #proofsRequired: boolean;
  readonly #noteUnproved: () => void;
  readonly #now: () => number;
  #made: SigningKeys | undefined;
  /** When a token of another host was valid. */
  #othersAt: number | undefined;

  constructor(
    private readonly keys: KeySource,
    {
      proofsRequired = false,
      noteUnproved = () => undefined,
      now = () => performance.now(),
    }: MessageTokensOptions = {},
  ) {
    this.#proofsRequired = proofsRequired;
    this.#noteUnproved = noteUnproved;
    this.#now = now;
  }

  sign(principal: Principal, audience: string, lasting: boolean): SignedToken {
    const id = JSON.stringify([
      audience,
      lasting,
      principal.service,
      principal.user,
      principal.roles,
      principal.delegate,
    ]);
    const known = this.#signed.get(id);
    if (known !== undefined && this.#now() < known.until) return known.signed;
    const expiry = lasting ? {} : { expiresIn: REQUEST_SECONDS };
    const { jwt, secret, id: keyid } = this.#signingKeys().signing;
    const token = jwt.sign(
      { ...principal, roles: [...principal.roles], host: this.#host, proofs: 1 },
      {
        algorithm: ALGORITHM,
        issuer: ISSUER,
        audience: audienceClaim(audience, lasting, principal),
        keyid,
        ...expiry,
      },
    );
    const proofs = new ProofKey(secret, token);
    const signed: SignedToken = { token, prove: (head, text) => proofs.prove(head, text) };
    this.#signed.set(id, { signed, until: this.#now() + REUSE_MS });
    return signed;
  }

  verify(token: string, audience: string, lasting: boolean): VerifiedToken {
    const id = `${audience} ${lasting} ${token}`;
    const known = this.#verified.get(id);
    // What was verified is trusted again for a while: it was not expired by far.
    const verified =
      known !== undefined && this.#now() < known.until ? known.verified : this.#verify(id, token, audience, lasting);
    if (verified.proves === undefined) this.#noteUnproved();
    return verified;
  }

  #verify(id: string, token: string, audience: string, lasting: boolean): VerifiedToken {
    const { secret, claims } = this.#read(token, audience, lasting);
    const { host = '', proofs, ...principal } = claims;
    if (host !== this.#host) this.#othersAt = this.#now();
    if (proofs === undefined && this.#proofsRequired)
      throw new UnauthenticatedError(`the ${PURPOSE} is of a release that proves nothing of its messages`);
    const verified: VerifiedToken = {
      principal,
      host,
      ...(proofs === undefined ? {} : provedBy(new ProofKey(secret, token))),
    };
    this.#verified.set(id, { verified, until: this.#now() + REUSE_MS });
    return verified;
  }

  #read(token: string, audience: string, lasting: boolean): { readonly claims: Claims; readonly secret: KeyObject } {
    try {
      const { payload, key } = this.#signingKeys().verify(token, {
        issuer: ISSUER,
        audience: audienceClaims(audience, lasting),
        algorithms: [ALGORITHM],
        clockTolerance: CLOCKS_APART_SECONDS,
      });
      return { claims: claimsOf(payload, audience, lasting), secret: key.secret };
    } catch (error) {
      this.#requireJudged(token, error);
      // Why it failed is of use to whoever forged it only.
      throw new UnauthenticatedError(`the ${PURPOSE} is not valid for ${audience}`);
    }
  }

  /**
   * Of a token with another key, or from another time, this host can't say that it is forged: it may be wrong itself.
   */
  #requireJudged(token: string, error: unknown): void {
    if (!(error instanceof Error)) return;
    if (error.name === 'TokenExpiredError') {
      const proven = this.#othersAt !== undefined && this.#now() - this.#othersAt < CLOCK_PROVEN_MS;
      const hours = CLOCKS_APART_SECONDS / 3_600;
      throw new UnjudgedTokenError('time', proven, `the clock is more than ${hours} hours ahead of the sender's`);
    }
    // One of a service's own key is of a host that was told of such keys before this one was.
    if (error.message !== 'invalid signature' && error.message !== 'invalid algorithm') return;
    const known = this.#signingKeys();
    const kid = known.idOf(token);
    // A host names its key. What names none was signed by no host; handed back, it would hold up a host that is alone
    // for ever.
    if (kid === undefined || !KEY_ID.test(kid) || known.ids.includes(kid)) return;
    throw new UnjudgedTokenError(
      'key',
      this.#othersAt !== undefined,
      `the key ${kid} is not known, only ${known.ids.join(', ')}`,
    );
  }

  /** Made on first use: the host's secret is only there once the host has opened. */
  #signingKeys(): SigningKeys {
    return (this.#made ??= new SigningKeys(this.keys, PURPOSE));
  }
}

const provedBy = (key: ProofKey): Pick<Required<VerifiedToken>, 'proves'> => ({
  proves: (head, text, mac) => key.proves(head, text, mac),
});
