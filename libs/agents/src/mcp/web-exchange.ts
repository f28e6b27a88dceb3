import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Of a request, what the protocol reads; nothing else is handed on, least of all its token. */
const READ = ['accept', 'content-type', 'mcp-method', 'mcp-name', 'mcp-protocol-version', 'mcp-session-id'];

/** The request as the web's standard has it, without its body, which was read; it aborts when its client leaves. */
export function webRequestOf({ headers }: FastifyRequest, reply: FastifyReply): Request {
  const left = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) left.abort();
  });
  const read = READ.flatMap((name) => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value] satisfies [string, string]] : [];
  });
  return new Request('http://mcp.invalid/mcp', { method: 'POST', headers: read, signal: left.signal });
}

/** Answers with what the protocol has answered. */
export async function sendWebResponse(response: Response, reply: FastifyReply): Promise<void> {
  void reply.status(response.status);
  for (const [name, value] of response.headers) if (name !== 'connection') void reply.header(name, value);
  if (response.body === null) await reply.send();
  else if (isStream(response)) await reply.send(Readable.fromWeb(response.body));
  else await reply.send(await response.text());
}

const isStream = ({ headers }: Response): boolean =>
  headers.get('content-type')?.startsWith('text/event-stream') === true;
