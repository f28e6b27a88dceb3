import { Readable } from 'node:stream';
import { GATEWAY, type Principal } from '@isolith/contracts';
import { type SessionWatch } from '@isolith/isolith/http';
import { runAs, withOptions } from '@isolith/message-bus';
import type { HostLifecycle } from '@isolith/message-bus/nest';
import { Logger } from '@nestjs/common';
import type { QueryBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { ListEntries, LONGEST_ENTRY_WAIT_MS } from '../assistant.contract.js';
import { entryEvents, type SeenEntries } from './entry-events.route.js';
import { StreamPlaces } from './stream-places.route.js';

/** Over what the look itself waits, for the way there and back. */
const LOOK_WITHIN_MS = LONGEST_ENTRY_WAIT_MS + 5_000;

/** Of which conversation, behind which entry, and whether it ends when the assistant is at nothing any more. */
export interface WantedEvents {
  readonly conversationId: string;
  readonly after: number;
  readonly untilRest: boolean;
}

/** What a route has of who asks. */
export interface Listener {
  readonly request: FastifyRequest;
  readonly principal: Principal;
}

/**
 * Streams of one route. Each asks the context for what comes next, wherever that runs, as the user whose request it is,
 * for as long as his token counts.
 */
export class EntryStreams {
  readonly #places = new StreamPlaces();
  readonly #log = new Logger('assistant');

  constructor(
    private readonly queries: Pick<QueryBus, 'execute'>,
    private readonly host: Pick<HostLifecycle, 'draining'>,
    private readonly sessions: SessionWatch,
  ) {}

  /** A stream that is ready to be sent; its place is free again when it has ended, or the client has left. */
  open({ conversationId, ...wanted }: WantedEvents, { request, principal }: Listener): Readable {
    const free = this.#places.take(principal.user ?? '');
    const gone = new AbortController();
    const look = (after: number, waitMs: number): Promise<SeenEntries> => {
      const asked = withOptions(new ListEntries({ conversationId, after, waitMs }), { timeoutMs: LOOK_WITHIN_MS });
      return runAs(GATEWAY, () => this.queries.execute(asked), { principal });
    };
    const signal = AbortSignal.any([gone.signal, this.host.draining]);
    const events = entryEvents({ look, whyOut: this.sessions.of(request), signal }, wanted);
    const stream = Readable.from(events, { objectMode: false });
    stream.once('close', () => {
      gone.abort();
      free();
    });
    stream.once('error', (err) => this.#log.error({ message: 'a stream of a conversation broke off', err }));
    // Whoever left while it was opened is told nothing.
    if (request.raw.socket.destroyed) stream.destroy();
    return stream;
  }
}
