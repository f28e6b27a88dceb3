import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ModelAnswer } from '../../model/model.js';
import type { Dialect, ServedRequest } from './dialect.js';
import type { ModelFault } from './model-fault.js';

const PIECE = 'more and more '.repeat(5_000);

/** An answer as a stream of events, up to where a fault has it end. */
export async function streamed(
  response: ServerResponse,
  dialect: Dialect,
  {
    answer,
    served,
    fault,
  }: { readonly answer: ModelAnswer; readonly served: ServedRequest; readonly fault: ModelFault | undefined },
): Promise<void> {
  // What was cut at the bound ends within its last call.
  const isBroken = fault?.kind === 'malformed-input' || answer.stop === 'length';
  const write = (input: unknown): string => (isBroken ? JSON.stringify(input).slice(0, -1) : JSON.stringify(input));
  const events = dialect.events(answer, served, write);
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).flushHeaders();
  const end = fault !== undefined && 'afterEvents' in fault ? (fault.afterEvents ?? 0) : events.length;
  if (fault?.kind === 'huge') return endless(response, dialect, events);
  for (const one of events.slice(0, end)) await sent(response, one);
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'error-event') await sent(response, dialect.errorEvent());
  if (fault?.kind === 'cut' && fault.clean !== true) response.destroy();
  else response.end();
}

/** The first block of the answer, which is a text, goes on until nobody reads any more. */
async function endless(response: ServerResponse, dialect: Dialect, events: readonly string[]): Promise<void> {
  const first = events.findIndex((one) => one.includes('text_delta') || one.includes('"content":"'));
  for (const one of events.slice(0, first + 1)) await sent(response, one);
  while (!response.destroyed) await sent(response, dialect.moreText(PIECE));
}

/** Resolves when the text has gone out, or there is nobody any more to send it to. */
async function sent(response: ServerResponse, text: string): Promise<void> {
  if (response.destroyed) return;
  const gone = new AbortController();
  const written = new Promise<void>((resolve) => void response.write(text, () => resolve()));
  try {
    await Promise.race([written, once(response, 'close', { signal: gone.signal }).catch(() => undefined)]);
  } finally {
    gone.abort();
  }
}
