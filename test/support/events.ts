import type { Client } from './client.js';

/** A server-sent event; `id` and `event` as the stream says them. */
export interface ServerEvent {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: unknown;
}

export interface EventsOptions {
  /** Posted where it is given. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The events come in this time, in milliseconds; a bound for failing, not a wait. */
  readonly withinMs?: number;
}

const WITHIN_MS = 60_000;

/**
 * The events of a stream, as somebody who is signed in hears them, until it ends. Whoever takes no more of them leaves.
 * @throws {Error} for an answer that is no stream
 */
export async function* serverEvents(
  { url, token }: Pick<Client, 'url' | 'token'>,
  path: string,
  { body, headers = {}, withinMs = WITHIN_MS }: EventsOptions = {},
): AsyncGenerator<ServerEvent, void> {
  const leave = new AbortController();
  const answer = await fetch(url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      accept: 'text/event-stream',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.any([leave.signal, AbortSignal.timeout(withinMs)]),
  });
  if (answer.status !== 200 || answer.headers.get('content-type')?.startsWith('text/event-stream') !== true)
    throw new Error(`no stream of events but ${answer.status}: ${await answer.text()}`);
  let rest = '';
  try {
    for await (const chunk of (answer.body ?? new ReadableStream<Uint8Array>()).pipeThrough(new TextDecoderStream())) {
      const events = (rest + chunk).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) if (/^event: /m.test(event)) yield parsed(event);
    }
  } finally {
    leave.abort();
  }
}

function parsed(event: string): ServerEvent {
  const field = (name: string): string | undefined =>
    event
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  return { id: field('id'), event: field('event'), data: JSON.parse(field('data') ?? 'null') };
}

/** All of them, until the stream ends. */
export async function allEvents(...asked: Parameters<typeof serverEvents>): Promise<readonly ServerEvent[]> {
  const all: ServerEvent[] = [];
  for await (const event of serverEvents(...asked)) all.push(event);
  return all;
}
