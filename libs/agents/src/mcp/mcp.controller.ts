import { CurrentSession, CurrentUser, SignedIn } from '@isolith/isolith/http';
import type { Principal } from '@isolith/contracts';
import { BadRequestException, Controller, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ChallengeFilter } from './edge/challenge.filter.js';
import { KnownPlacesGuard } from './edge/known-places.guard.js';
import { MCP_PATH } from './edge/own-address.js';
import { McpEndpoint } from './mcp-endpoint.js';
import { sendWebResponse, webRequestOf } from './web-exchange.js';

/** The Model Context Protocol over streamable HTTP, without sessions: each POST is a whole exchange. */
@SignedIn()
@UseGuards(KnownPlacesGuard)
@UseFilters(ChallengeFilter)
@Controller(MCP_PATH)
export class McpController {
  constructor(private readonly endpoint: McpEndpoint) {}

  @Post()
  async exchange(
    @CurrentUser() user: Principal,
    @CurrentSession() session: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const body: unknown = request.body;
    // Of a revision before the two that are served; limits of requests would count many calls as one.
    if (Array.isArray(body)) throw new BadRequestException('batches of messages are not taken: send one at a time');
    if (body === undefined || body === null) throw new BadRequestException('the body is missing');
    await sendWebResponse(await this.endpoint.exchange(webRequestOf(request, reply), body, { user, session }), reply);
  }
}
