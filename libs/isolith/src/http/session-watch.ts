import { IsolithError } from '@isolith/contracts';
import { Inject, Injectable, Optional } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { identityOf } from './identity.js';
import { bearerOf } from './request-scope.js';
import { SESSION_ENDS, type SessionEnds } from './session-gate.js';
import { AccessTokens } from './tokens.js';

/** For answers that go on for long: whether whoever asked may still hear them. */
@Injectable()
export class SessionWatch {
  constructor(
    private readonly tokens: AccessTokens,
    @Optional() @Inject(SESSION_ENDS) private readonly ends?: SessionEnds,
  ) {}

  /**
   * Asked again and again while the answer goes on: what keeps the sender of the request from hearing more, once its
   * token has expired or its session has ended; undefined until then.
   */
  of(request: FastifyRequest): () => string | undefined {
    const token = bearerOf(request.headers.authorization);
    const { session } = identityOf(request);
    return () => this.#whyOut(token, session);
  }

  #whyOut(token: string | undefined, session: string | undefined): string | undefined {
    if (session !== undefined && this.ends?.has(session) === true) return 'the session has ended; sign in again';
    try {
      this.tokens.verify(token ?? '');
      return undefined;
    } catch (error) {
      if (error instanceof IsolithError) return error.message;
      throw error;
    }
  }
}
