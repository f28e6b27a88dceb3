import { AdaptiveLimit, type AdaptiveLimitSpec } from '@isolith/resilience';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Of the limit; the rest is for what changes something, so that it gets through for longer. */
const SHARE_OF_READS = 0.8;
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a method changes nothing. */
export const isRead = (method: string): boolean => READS.has(method);

const shareOf = (method: string): number => (isRead(method) ? SHARE_OF_READS : 1);

/**
 * What one request holds. It is given back, once, when it was answered and what it set going has ended; of a stream of
 * events when that was opened, since its route bounds how many there are.
 */
interface Place {
  isHandled: boolean;
  isOpen: boolean;
  readonly isStream: () => boolean;
  readonly free: () => void;
}

/** What is in flight of each context. */
export class PlacesInFlight {
  readonly limits: ReadonlyMap<string, AdaptiveLimit>;
  readonly #held = new WeakMap<FastifyRequest, Place>();

  constructor(contexts: Iterable<string>, spec: AdaptiveLimitSpec) {
    this.limits = new Map([...contexts].map((context) => [context, new AdaptiveLimit(spec)]));
  }

  /** Whether there is no place left in the context. */
  refuses(limit: AdaptiveLimit, { method }: FastifyRequest): boolean {
    return limit.refuses(shareOf(method));
  }

  /** False where there is no place left in the context. */
  take(limit: AdaptiveLimit, request: FastifyRequest, reply: FastifyReply): boolean {
    if (!limit.begin(shareOf(request.method))) return false;
    const place: Place = {
      isHandled: false,
      isOpen: true,
      isStream: () => isStream(reply),
      free: () => {
        this.#held.delete(request);
        const isDone = reply.raw.writableFinished && reply.statusCode < 400;
        const saysHowLong = isDone && !asksToWait(request) && !wasKeptWaiting(reply) && !isStream(reply);
        limit.ended(
          saysHowLong ? { kind: `${request.method} ${request.routeOptions.url}`, ms: reply.elapsedTime } : undefined,
        );
      },
    };
    this.#held.set(request, place);
    // Comes once, whether it was answered or the client has left.
    reply.raw.once('close', () => {
      place.isOpen = false;
      if (!place.isHandled && this.#held.has(request)) place.free();
    });
    return true;
  }

  /** A handler begins; what is returned says that it has ended. A client that leaves meanwhile does not end it. */
  handled(request: FastifyRequest): () => void {
    const place = this.#held.get(request);
    if (place === undefined) return () => undefined;
    place.isHandled = true;
    return () => {
      place.isHandled = false;
      if (!place.isOpen || place.isStream()) place.free();
    };
  }
}

/** The answer came when what was asked for had ended, as it says itself (RFC 7240). */
const wasKeptWaiting = (reply: FastifyReply): boolean =>
  String(reply.getHeader('preference-applied') ?? '').startsWith('wait=');

const isStream = (reply: FastifyReply): boolean =>
  String(reply.getHeader('content-type') ?? '').startsWith('text/event-stream');

/** Who asks to be kept waiting (`Prefer: wait=5`, RFC 7240) says nothing of a queue. */
const asksToWait = ({ headers: { prefer = [] } }: FastifyRequest): boolean =>
  [prefer]
    .flat()
    .flatMap((header) => header.split(','))
    .some((preference) => preference.split(/[=;]/, 1)[0]?.trim().toLowerCase() === 'wait');
