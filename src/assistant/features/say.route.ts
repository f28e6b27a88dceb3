import type { Readable } from 'node:stream';
import { IsolithError, steadyNow, type Principal } from '@isolith/contracts';
import { CommandId, CurrentUser, SessionWatch, SignedIn } from '@isolith/isolith/http';
import { withOptions } from '@isolith/message-bus';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { Body, Controller, Headers, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiBearerAuth, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Conversation, GetConversation, ListEntries, LONGEST_ENTRY_WAIT_MS, Said, Say } from '../assistant.contract.js';
import { awaitAnswer, type AwaitedAnswer } from './await-answer.route.js';
import { EntryStreams } from './entry-streams.route.js';
import { LONGEST_WAIT_S, preferredWait } from './prefer-wait.route.js';

const path = z.object({ id: z.uuid().toLowerCase() });
type Path = z.output<typeof path>;
const message = z.object({ text: Said });
type Message = z.output<typeof message>;

/** What the assistant said, and the conversation as it stands: why it rests, or what waits for a decision. */
const Answer = z.object({ text: z.string().optional(), conversation: Conversation });
type Answer = z.output<typeof Answer>;
/** It goes on; `seq` is the entry behind which the answer will be. */
const Accepted = z.object({ id: z.uuid(), seq: z.int(), status: z.literal('moving') });
type Accepted = z.output<typeof Accepted>;

/** A look that begins at the end of the time still gets this long, in milliseconds. */
const SHORTEST_LOOK_MS = 250;

@ApiTags('assistant')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/assistant/conversations')
export class SayRoute {
  readonly #streams: EntryStreams;

  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly host: HostLifecycle,
    sessions: SessionWatch,
  ) {
    this.#streams = new EntryStreams(queries, host, sessions);
  }

  @Post(':id/messages')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Say something and get the answer; with `Accept: text/event-stream` all that leads to it',
  })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description: `\`wait=N\`: answer after at most N seconds; without it, and at most, ${LONGEST_WAIT_S}`,
  })
  @ApiOkResponse({ standardSchema: Answer, description: 'The assistant has answered, or waits for a decision' })
  @ApiAcceptedResponse({
    standardSchema: Accepted,
    description: 'It is still at the answer',
    headers: { Location: { schema: { type: 'string' } } },
  })
  async say(
    @Param({ schema: path }) { id: conversationId }: Path,
    @Body({ schema: message }) { text }: Message,
    @CommandId() id: string,
    @Headers('accept') accept: string | undefined,
    @Headers('prefer') prefer: string | undefined,
    @CurrentUser() principal: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer | Accepted | Readable> {
    const { seq } = await this.commands.execute(withOptions(new Say({ conversationId, text }), { id }));
    if (accept?.includes('text/event-stream') === true) {
      const wanted = { conversationId, after: seq - 1, untilRest: true };
      const stream = this.#streams.open(wanted, { request, principal });
      // nginx would keep its events until there are many.
      reply.header('content-type', 'text/event-stream').header('x-accel-buffering', 'no');
      return stream;
    }
    const seconds = preferredWait(prefer);
    reply.header('Preference-Applied', `wait=${seconds}`);
    const answer = await this.answered(conversationId, seq, seconds, reply);
    if (answer !== undefined && answer.status !== 'moving')
      return {
        ...(answer.text === undefined ? {} : { text: answer.text }),
        conversation: await this.queries.execute(new GetConversation({ conversationId })),
      };
    reply.status(202).header('Location', `/v1/assistant/conversations/${conversationId}`);
    return { id: conversationId, seq, status: 'moving' };
  }

  /** What came of it by the end of the time. It was said, whether or not the answer can be looked at. */
  private async answered(
    conversationId: string,
    after: number,
    seconds: number,
    { raw }: FastifyReply,
  ): Promise<AwaitedAnswer | undefined> {
    if (seconds === 0) return undefined;
    const endsAt = steadyNow() + seconds * 1_000;
    // Ends when the time is up, the client is gone or the host stops: then nobody is kept waiting.
    const gone = new AbortController();
    raw.once('close', () => gone.abort());
    const signal = AbortSignal.any([AbortSignal.timeout(seconds * 1_000), gone.signal, this.host.draining]);
    const look = (seq: number, mostMs: number) => {
      const leftMs = Math.max(0, Math.ceil(endsAt - steadyNow()));
      const waitMs = Math.min(mostMs, leftMs);
      const timeoutMs = Math.max(SHORTEST_LOOK_MS, Math.min(leftMs, LONGEST_ENTRY_WAIT_MS * 2));
      return this.queries.execute(withOptions(new ListEntries({ conversationId, after: seq, waitMs }), { timeoutMs }));
    };
    try {
      return await awaitAnswer(look, after, signal);
    } catch (error) {
      if (error instanceof IsolithError && error.retryable) return undefined;
      throw error;
    }
  }
}
