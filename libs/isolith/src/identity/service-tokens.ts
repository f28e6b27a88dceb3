import { randomBytes } from 'node:crypto';
import { GATEWAY, UnauthenticatedError, type Principal } from '@isolith/contracts';
import { UnjudgedTokenError, type PrincipalSigner, type SignedToken, type VerifiedToken } from '@isolith/message-bus';
import { JwtService } from '@nestjs/jwt';
import { LRUCache } from 'lru-cache';
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
} from './message-claims.js';
import { ProofsForReader, ProofsForReaders } from './reader-proofs.js';
import type { ListedKey, ServiceKeys } from './service-keys.js';
import { tokenHeader } from './token-header.js';

const ALGORITHM = 'ES256';
/** What hosts tell one another of themselves is said by this context, which none of an application is called. */
const EVERY_HOST = 'isolith';

interface ServiceTokensOptions {
  /** Milliseconds of a clock that nobody sets. */
  readonly now?: () => number;
}

/**
 * Says who sends a message under a key that only the sending service has: nobody else can sign for its contexts, and
 * each message is proved to its readers under keys that no third one has. Messages of all hosts name the id of the key;
 * one that is not listed here, or a proof for a key that is not here, can't be judged.
 */
export class ServiceTokens implements PrincipalSigner {
  readonly #signed = new LRUCache<string, { readonly signed: SignedToken; readonly until: number }>({ max: MOST_KEPT });
  readonly #verified = new LRUCache<string, { readonly verified: VerifiedToken; readonly until: number }>({
    max: MOST_KEPT,
  });
  /** Tells what this host numbers from what others of its service do. */
  readonly #host = randomBytes(6).toString('base64url');
  readonly #signing: JwtService;
  readonly #verifying = new Map<string, JwtService>();
  readonly #now: () => number;
  /** When a token of another host was valid. */
  #othersAt: number | undefined;
  /** Whether another host has proved anything for a key of this one. */
  #provedHere = false;

  constructor(
    private readonly keys: ServiceKeys,
    { now = () => performance.now() }: ServiceTokensOptions = {},
  ) {
    this.#now = now;
    this.#signing = new JwtService({ privateKey: keys.own.privateKey, publicKey: keys.own.key });
  }

  /** Whether every reader of the audience is listed: then what is signed for it can be read by all of them. */
  reaches(audience: string): boolean {
    return this.keys.readersOf(audience).length > 0;
  }

  /** Only for an audience that it reaches. */
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
    const token = this.#signing.sign(
      { ...principal, roles: [...principal.roles], host: this.#host, proofs: 1 },
      {
        algorithm: ALGORITHM,
        keyid: this.keys.own.id,
        issuer: ISSUER,
        audience: audienceClaim(audience, lasting, principal),
        ...(lasting ? {} : { expiresIn: REQUEST_SECONDS }),
      },
    );
    const readers = this.keys
      .readersOf(audience)
      .map((reader) => ({ id: reader.id, secret: this.keys.toward(reader) }));
    const proofs = new ProofsForReaders(readers, token);
    const signed: SignedToken = {
      token,
      prove: (head, text) => proofs.prove(head, text),
      ...(lasting ? {} : this.#provesAnswers(token, audience)),
    };
    this.#signed.set(id, { signed, until: this.#now() + REUSE_MS });
    return signed;
  }

  verify(token: string, audience: string, lasting: boolean): VerifiedToken {
    const id = `${audience} ${lasting} ${token}`;
    const known = this.#verified.get(id);
    // What was verified is trusted again for a while: it was not expired by far.
    if (known !== undefined && this.#now() < known.until) return known.verified;
    const sender = this.#senderOf(token, audience);
    const { host: named = '', proofs: _, ...principal } = this.#read(token, sender, audience, lasting);
    if (!speaksFor(sender, principal.service, audience))
      throw new UnauthenticatedError(
        `the ${PURPOSE} for ${principal.service} was signed with another service's key, of ${[...sender.contexts].join(', ')}`,
      );
    const isOther = sender.id !== this.keys.own.id || named !== this.#host;
    if (isOther) this.#othersAt = this.#now();
    const proofs = new ProofsForReader(this.keys.from(sender), token);
    const verified: VerifiedToken = {
      principal,
      // Of its key, too: a host that names another's process must not use up its numbers.
      host: `${sender.id} ${named}`,
      proves: (head, text, mac) => {
        const proved = proofs.proves(head, text, mac);
        if (proved === 'not-here')
          throw new UnjudgedTokenError(
            'key',
            this.#provedHere,
            `nothing is proved for a key of this host, ${this.keys.own.id}: SERVICE_PUBLIC_KEYS of its sender has others`,
          );
        if (proved && isOther) this.#provedHere = true;
        return proved;
      },
      ...(lasting ? {} : this.#provingAnswers(token, sender)),
    };
    this.#verified.set(id, { verified, until: this.#now() + REUSE_MS });
    return verified;
  }

  /** Of whichever reader answers. */
  #provesAnswers(token: string, audience: string): Pick<Required<SignedToken>, 'provesAnswer'> {
    const answers = new ProofsForReader(
      this.keys.readersOf(audience).flatMap((reader) => this.keys.from(reader)),
      token,
    );
    return { provesAnswer: (head, text, mac) => answers.proves(head, text, mac) === true };
  }

  #provingAnswers(token: string, asker: ListedKey): Pick<Required<VerifiedToken>, 'proveAnswer'> {
    const answers = new ProofsForReaders([{ id: asker.id, secret: this.keys.toward(asker) }], token);
    return { proveAnswer: (head, text) => answers.prove(head, text) };
  }

  #senderOf(token: string, audience: string): ListedKey {
    const kid = tokenHeader(token)?.kid;
    if (kid === undefined || !KEY_ID.test(kid))
      throw new UnauthenticatedError(`the ${PURPOSE} is not valid for ${audience}`);
    const sender = this.keys.listed(kid);
    if (sender !== undefined) return sender;
    throw new UnjudgedTokenError(
      'key',
      this.#othersAt !== undefined,
      `the service key ${kid} is not known, only ${this.keys.ids.join(', ')}`,
    );
  }

  #read(token: string, sender: ListedKey, audience: string, lasting: boolean): Claims {
    try {
      const payload = this.#verifierOf(sender).verify<object>(token, {
        issuer: ISSUER,
        audience: audienceClaims(audience, lasting),
        algorithms: [ALGORITHM],
        clockTolerance: CLOCKS_APART_SECONDS,
      });
      return claimsOf(payload, audience, lasting);
    } catch (error) {
      if (error instanceof Error && error.name === 'TokenExpiredError') {
        const proven = this.#othersAt !== undefined && this.#now() - this.#othersAt < CLOCK_PROVEN_MS;
        const hours = CLOCKS_APART_SECONDS / 3_600;
        throw new UnjudgedTokenError('time', proven, `the clock is more than ${hours} hours ahead of the sender's`);
      }
      // Why it failed is of use to whoever forged it only.
      throw new UnauthenticatedError(`the ${PURPOSE} is not valid for ${audience}`);
    }
  }

  #verifierOf({ id, key }: ListedKey): JwtService {
    const known = this.#verifying.get(id) ?? new JwtService({ publicKey: key });
    this.#verifying.set(id, known);
    return known;
  }
}

/**
 * A service speaks for its own contexts. Any may send as the edge, which every host has one of: rules for services
 * never match it, and what users may do does not depend on who passes their messages on. Any tells all of itself.
 */
const speaksFor = ({ contexts }: ListedKey, service: string, audience: string): boolean =>
  contexts.has(service) || service === GATEWAY || (service === EVERY_HOST && audience === '*');
