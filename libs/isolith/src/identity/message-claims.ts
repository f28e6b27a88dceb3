import { principalSchema } from '@isolith/contracts';
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
export const claimsSchema = principalSchema.extend({ host: z.string().optional(), proofs: z.literal(1).optional() });

/** Whom a token is for: a context, or all hosts (`*`), and whether for events or for requests. */
export const audienceClaim = (audience: string, lasting: boolean): string =>
  `isolith:${lasting ? 'events' : 'requests'}:${audience}`;
