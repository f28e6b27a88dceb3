import type { Principal } from '@isolith/contracts';
import { UnjudgedTokenError, type PrincipalSigner, type SignedToken, type VerifiedToken } from '@isolith/message-bus';
import { LRUCache } from 'lru-cache';
import type { ServiceTokens } from '../identity/service-tokens.js';
import { tokenHeader } from '../identity/token-header.js';
import type { MessageTokens } from './message-tokens.js';

/** Headers of tokens are as many as there are keys; strangers can make more. */
const MOST_HEADERS = 200;

/** How much of the keys of services is in use. */
export type ServiceIdentity = 'accepted' | 'preferred' | 'required';

interface HostTokensOptions {
  readonly identity: ServiceIdentity;
  /** Told of each token under the secret of all hosts that is believed. */
  readonly noteShared?: () => void;
}

/**
 * Tokens of hosts that have keys of their own, beside those under the secret that all share, while hosts are told of
 * their keys one by one.
 *
 *   accepted   signs with the secret; believes both
 *   preferred  signs with its own key for whoever is listed; believes both
 *   required   as before; refuses what was signed with the secret
 */
export class HostTokens implements PrincipalSigner {
  readonly #identity: ServiceIdentity;
  readonly #noteShared: () => void;
  /** Whether a header, as it stands in front of a token, says that a service's own key signed it. */
  readonly #own = new LRUCache<string, boolean>({ max: MOST_HEADERS });

  constructor(
    private readonly shared: MessageTokens,
    private readonly service: ServiceTokens,
    { identity, noteShared = () => undefined }: HostTokensOptions,
  ) {
    this.#identity = identity;
    this.#noteShared = noteShared;
  }

  sign(principal: Principal, audience: string, lasting: boolean): SignedToken {
    const isOwn = this.#identity !== 'accepted' && this.service.reaches(audience);
    return (isOwn ? this.service : this.shared).sign(principal, audience, lasting);
  }

  verify(token: string, audience: string, lasting: boolean): VerifiedToken {
    if (this.#isOwn(token.slice(0, token.indexOf('.')))) return this.service.verify(token, audience, lasting);
    // Its sender may be a host that was not told yet: no caller is to take that for the end of what it asked.
    if (this.#identity === 'required')
      throw new UnjudgedTokenError('key', true, 'only keys of services count, not the secret that all hosts share');
    const verified = this.shared.verify(token, audience, lasting);
    this.#noteShared();
    return verified;
  }

  #isOwn(head: string): boolean {
    const known = this.#own.get(head);
    if (known !== undefined) return known;
    const isOwn = tokenHeader(head)?.alg === 'ES256';
    this.#own.set(head, isOwn);
    return isOwn;
  }
}
