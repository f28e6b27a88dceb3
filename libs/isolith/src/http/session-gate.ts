import { Inject, Injectable, Optional } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { identityOf, setIdentity } from './identity.js';
import { routeOf } from './known-routes.js';

/** Which sessions have ended: what the edge has to know of it. */
export interface SessionEnds {
  /** Whether the answers of `has` can be relied on now. */
  readonly isKnown: boolean;
  has(sessionId: string): boolean;
  /** Tries to find out; never rejects, `isKnown` says what came of it. */
  catchUp(): Promise<void>;
}

/** Provides SessionEnds; without one a session's access token counts until it expires. */
export const SESSION_ENDS = Symbol('isolith.session-ends');

/** What operators look at on a host that is cut off. It changes nothing. */
const LOOKED_AT = /^\/(?:metrics|actuator)(?:[/?]|$)/;

/**
 * Takes no access token of a session that has ended, nor, as long as nobody can say which have, of any: routes for
 * everyone work all the same.
 */
@Injectable()
export class SessionGate {
  constructor(@Optional() @Inject(SESSION_ENDS) private readonly ends?: SessionEnds) {}

  /** Settles who sends the request: at once where that can be told, else as soon as it can, or nobody could tell. */
  settle(request: FastifyRequest): Promise<void> | undefined {
    const { session } = identityOf(request);
    const { ends } = this;
    if (session === undefined || ends === undefined) return undefined;
    if (!ends.isKnown && !ends.has(session)) return ends.catchUp().then(() => judge(request, session, ends));
    judge(request, session, ends);
    return undefined;
  }
}

/** Who has a token of a session that ended is anonymous, as with an expired one; so is who may have one. */
function judge(request: FastifyRequest, session: string, ends: SessionEnds): void {
  const { principal, digest } = identityOf(request);
  const anonymous = { principal: { service: principal.service, roles: [] }, digest };
  if (ends.has(session)) setIdentity(request, { ...anonymous, refusal: 'the session has ended; sign in again' });
  else if (!ends.isKnown && !(request.method === 'GET' && LOOKED_AT.test(routeOf(request))))
    setIdentity(request, { ...anonymous, isUnsettled: true });
}
