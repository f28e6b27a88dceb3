import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { problemOf } from './problem.js';

const RETRY_AFTER_SECONDS = '1';

/** Answers everything that a route throws with a problem document, and logs what nobody expected. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #log = new Logger('http');

  catch(thrown: unknown, host: ArgumentsHost): void {
    // Other kinds of entry points (messages) carry errors their own way.
    if (host.getType() !== 'http') throw thrown;
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const answer = problemOf(thrown);
    if (answer.status === 500)
      this.#log.error(thrown instanceof Error ? thrown : new Error(`thrown: ${typeof thrown}`));
    // The client may be gone, or a handler failed after it had answered.
    if (reply.sent) return;
    if (answer.status === 503 && !reply.hasHeader('retry-after')) void reply.header('retry-after', RETRY_AFTER_SECONDS);
    if (answer.status === 401) void reply.header('www-authenticate', 'Bearer');
    void reply.status(answer.status).header('content-type', 'application/problem+json').send(answer);
  }
}
