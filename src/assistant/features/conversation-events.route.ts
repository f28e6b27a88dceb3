import type { Readable } from 'node:stream';
import { ContractViolationError, type Principal } from '@isolith/contracts';
import { CurrentUser, SessionWatch, SignedIn } from '@isolith/isolith/http';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { Controller, Get, Header, Headers, Param, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { GetConversation } from '../assistant.contract.js';
import { EntryStreams } from './entry-streams.route.js';

const path = z.object({ id: z.uuid().toLowerCase() });
type Path = z.output<typeof path>;
const wanted = z.object({ until: z.literal('rest').optional() });
type Wanted = z.output<typeof wanted>;

const LAST_EVENT_ID = 'Last-Event-ID';
const SEQ = /^\d{1,15}$/;

/** What a client has seen; browsers that come back send it by themselves. Throws for what is no id of an event. */
function seenBy(lastEventId = '0'): number {
  if (SEQ.test(lastEventId)) return Number(lastEventId);
  const detail = 'must be the id of an event of this stream';
  throw new ContractViolationError(`${LAST_EVENT_ID} ${detail}`, [{ pointer: `/headers/${LAST_EVENT_ID}`, detail }]);
}

@ApiTags('assistant')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/assistant/conversations')
export class ConversationEventsRoute {
  readonly #streams: EntryStreams;

  constructor(
    private readonly queries: QueryBus,
    host: HostLifecycle,
    sessions: SessionWatch,
  ) {
    this.#streams = new EntryStreams(queries, host, sessions);
  }

  @Get(':id/events')
  @Header('content-type', 'text/event-stream')
  // nginx would keep them until there are many.
  @Header('x-accel-buffering', 'no')
  @ApiOperation({
    summary: 'What happens in a conversation of yours, as server-sent events; `until=rest` ends with the answer',
  })
  @ApiHeader({
    name: LAST_EVENT_ID,
    required: false,
    schema: { type: 'string', maxLength: 15, pattern: SEQ.source },
    description: 'The id of the last event that was seen: those behind it follow',
  })
  @ApiOkResponse({
    description: 'Server-sent events',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  async events(
    @Param({ schema: path }) { id: conversationId }: Path,
    @Query({ schema: wanted }) { until }: Wanted,
    @Headers('last-event-id') lastEventId: string | undefined,
    @CurrentUser() principal: Principal,
    @Req() request: FastifyRequest,
  ): Promise<Readable> {
    const asked = { conversationId, after: seenBy(lastEventId), untilRest: until === 'rest' };
    // Of what is not there nothing is streamed.
    await this.queries.execute(new GetConversation({ conversationId }));
    return this.#streams.open(asked, { request, principal });
  }
}
