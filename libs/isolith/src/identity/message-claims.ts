import { principalSchema, type Principal } from '@isolith/contracts';
import { z } from 'zod';

/** What a token for messages is made for, in errors. */
export const PURPOSE = 'message token';
/** Longer than any request waits, and no longer: the token is not for keeping. */
export const REQUEST_SECONDS = 300;
/** As far as the clocks of two hosts may be apart before one takes the other's tokens for expired. */
export const CLOCKS_APART_SECONDS = 2 * 60 * 60;
/** A token is used again for this long, so that a busy sender does not sign each message. */
export const REUSE_MS = 60_000;
/** For this long after a token of another host was valid, this host's clock counts as right. */
export const CLOCK_PROVEN_MS = 10 * 60_000;
/** Tokens that a host keeps of each kind, its own and those of others. */
export const MOST_KEPT = 10_000;
/** What may be said of a key that somebody else has named. */
export const KEY_ID = /^[\w-]{1,32}$/;
/** The issuer of every token. */
export const ISSUER = 'isolith';

/** `proofs`: each message under it has a proof; a release that does not know of any reads the rest. */
const claimsSchema = principalSchema.extend({ host: z.string().optional(), proofs: z.literal(1).optional() });
export type Claims = z.output<typeof claimsSchema>;

const addressedClaims = claimsSchema.extend({ aud: z.string() });

/**
 * Whom a token is for: a context, or all hosts (`*`), whether for events or for requests, and for requests of whom. A
 * delegate's are for an audience of their own: a release that does not know of delegates would read them as a service's
 * and let them in where no user is, so it has to refuse them.
 */
export function audienceClaim(audience: string, lasting: boolean, { delegate }: Pick<Principal, 'delegate'>): string {
  if (lasting) return `isolith:events:${audience}`;
  return `isolith:${delegate === undefined ? 'requests' : 'delegates'}:${audience}`;
}

/** What a reader verifies a token for: it can't know yet whose it is. */
export const audienceClaims = (audience: string, lasting: boolean): [string, ...string[]] =>
  lasting
    ? [audienceClaim(audience, true, {})]
    : [audienceClaim(audience, false, {}), audienceClaim(audience, false, { delegate: true })];

/**
 * What a verified token says of its sender. Throws where that does not fit, and where its audience is a delegate's and
 * its sender none, or the other way round.
 */
export function claimsOf(payload: object, audience: string, lasting: boolean): Claims {
  const { aud, ...claims } = addressedClaims.parse(payload);
  if (aud !== audienceClaim(audience, lasting, claims)) throw new TypeError('its audience is not that of its sender');
  return claims;
}
