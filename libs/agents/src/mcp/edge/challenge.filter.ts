import { UnauthenticatedError } from '@isolith/contracts';
import { ProblemFilter } from '@isolith/isolith/http';
import { type ArgumentsHost, Catch } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { McpConfig } from '../mcp-options.js';
import { metadataOf } from './own-address.js';

/** Tells a client that is not signed in where it reads how to be (RFC 9728, section 5.1). */
@Catch(UnauthenticatedError)
export class ChallengeFilter extends ProblemFilter {
  constructor(private readonly config: McpConfig) {
    super();
  }

  override catch(refusal: UnauthenticatedError, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const metadata = metadataOf(request, this.config.options);
    const invalid = request.headers.authorization === undefined ? '' : 'error="invalid_token", ';
    void http
      .getResponse<FastifyReply>()
      .header('www-authenticate', `Bearer ${invalid}resource_metadata="${metadata}"`);
    this.answer(refusal, host);
  }
}
