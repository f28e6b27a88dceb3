import { HttpException, HttpStatus } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Taken } from './request-counts.js';

/**
 * Whole seconds, never less than one: who comes again at once would only be refused again. A difference of two readings
 * of a clock is off by what they are rounded to, and a second is not to become two by that.
 */
const secondsOf = (ms: number): string => String(Math.max(1, Math.ceil(Math.round(ms) / 1_000)));

/** Says in an answer how much of a limit is left and when it begins anew (draft-ietf-httpapi-ratelimit-headers). */
export function tellLimit(reply: FastifyReply, limit: number, { remaining, resetMs }: Taken): void {
  void reply.headers({
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': secondsOf(resetMs),
  });
}

/** 429 with `Retry-After`. */
export function tooMany(reply: FastifyReply, { resetMs }: Taken): HttpException {
  void reply.header('retry-after', secondsOf(resetMs));
  return new HttpException('too many requests', HttpStatus.TOO_MANY_REQUESTS);
}
