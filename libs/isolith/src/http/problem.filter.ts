import { type ArgumentsHost, BadRequestException, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import { tellable } from '@isolith/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf, retryAfterOf } from './problem.js';

const RETRY_AFTER_SECONDS = 1;

/** Answers everything that a route throws with a problem document, and logs what nobody expected. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #log = new Logger('http');

  catch(cause: unknown, host: ArgumentsHost): void {
    this.answer(cause, host);
  }

  /** For filters that say more beside the problem. */
  protected answer(cause: unknown, host: ArgumentsHost): void {
    // Other kinds of entry points (messages) carry errors their own way.
    if (host.getType() !== 'http') throw cause;
    const thrown = tellable(cause);
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const { raw, method, routeOptions } = http.getRequest<FastifyRequest>();
    // The connection went before the whole body had come: no handler has run, and nobody reads what is answered.
    const cutShort = raw.destroyed && !raw.complete;
    if (cutShort) this.#log.debug({ message: 'a client left while it sent', method, route: routeOptions.url });
    const answer = problemOf(cutShort ? new BadRequestException('the body did not arrive whole') : thrown);
    if (answer.status === 500) this.#log.error(thrown);
    // The client may be gone, or a handler failed after it had answered.
    if (reply.sent) return;
    const seconds = retryAfterOf(thrown) ?? (answer.status === 503 ? RETRY_AFTER_SECONDS : undefined);
    if (seconds !== undefined && !reply.hasHeader('retry-after')) void reply.header('retry-after', String(seconds));
    // Where a route has said more of how to be let in, that holds.
    if (answer.status === 401 && !reply.hasHeader('www-authenticate')) void reply.header('www-authenticate', 'Bearer');
    void reply.status(answer.status).header('content-type', 'application/problem+json').send(answer);
  }
}
