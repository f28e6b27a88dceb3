import { Controller, Get, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { listQuery } from '../http/lists.js';
import { OperatorsOnly } from '../http/route-access.js';
import { AskContexts } from '../operations/ask-contexts.js';
import {
  eventCursor,
  eventFilter,
  eventMessagesOf,
  type eventInStream,
  type recordedEvent,
} from '../operations/event-messages.js';
import { operatorText } from '../operations/operator-text.js';

const pageQuery = listQuery.extend({ cursor: eventCursor.optional() });
const eventsQuery = pageQuery.extend(eventFilter.shape);
const contextPath = z.object({ context: operatorText });
const streamPath = contextPath.extend({ stream: operatorText });

type Shown = Omit<z.output<typeof recordedEvent>, 'dataJson'> & { readonly data?: unknown };
type InStream = Omit<z.output<typeof eventInStream>, 'dataJson' | 'stateJson'> & {
  readonly data?: unknown;
  readonly state?: unknown;
};

interface ShownStream {
  readonly stream: string;
  readonly aggregate?: string | undefined;
  readonly stateless?: string | undefined;
  readonly items: readonly InStream[];
  readonly nextCursor?: string | undefined;
}

/** What the journals hold of every context, wherever it runs; values that are personal are masked. */
@OperatorsOnly()
@Controller('actuator/events')
export class EventsController {
  constructor(private readonly ask: AskContexts) {}

  /** What a context has recorded, the newest first. A page with a `nextCursor` may have fewer events, even none. */
  @Get(':context')
  async list(
    @Param({ schema: contextPath }) { context }: z.output<typeof contextPath>,
    @Query({ schema: eventsQuery }) { limit, cursor, ...filter }: z.output<typeof eventsQuery>,
  ): Promise<{ items: Shown[]; nextCursor?: string | undefined }> {
    const { ListEvents } = eventMessagesOf(this.ask.context(context));
    const { items, ...more } = await this.ask.one(
      new ListEvents({ filter, limit, ...(cursor === undefined ? {} : { cursor }) }),
    );
    return { items: items.map(({ dataJson, ...event }) => ({ ...event, ...dataOf(dataJson) })), ...more };
  }

  /** One stream, the oldest first, with the state of its aggregate after each event. */
  @Get(':context/:stream')
  async show(
    @Param({ schema: streamPath }) { context, stream }: z.output<typeof streamPath>,
    @Query({ schema: pageQuery }) { limit, cursor }: z.output<typeof pageQuery>,
  ): Promise<ShownStream> {
    const { ShowStream } = eventMessagesOf(this.ask.context(context));
    const { items, ...about } = await this.ask.one(
      new ShowStream({ stream, limit, ...(cursor === undefined ? {} : { cursor }) }),
    );
    return {
      stream,
      ...about,
      items: items.map(({ dataJson, stateJson, ...event }) => ({
        ...event,
        ...dataOf(dataJson),
        ...(stateJson === undefined ? {} : { state: JSON.parse(stateJson) }),
      })),
    };
  }
}

const dataOf = (json: string | undefined): { readonly data?: unknown } =>
  json === undefined ? {} : { data: JSON.parse(json) };
