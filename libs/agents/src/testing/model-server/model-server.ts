import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { problemsOfRequest } from '../../model/history-rules.js';
import { ModelRejectedError, type ModelRequest } from '../../model/model.js';
import { answerOf, bytesOf, turnOf, type ModelScript } from '../../model/script.js';
import { anthropicDialect } from './anthropic-dialect.js';
import { bodyOf } from './body-of.js';
import { chatDialect } from './chat-dialect.js';
import { WireError, type Dialect, type ServedRequest } from './dialect.js';
import { faultyAnswer, type ModelFault } from './model-fault.js';
import { streamed } from './streamed.js';

/** How a scripted server of models is opened. */
export interface ModelServerOptions {
  readonly script: ModelScript;
  /** The only key that may ask. Default `test-key`. */
  readonly key?: string;
  /** What becomes of the request of this number, from 1, where `fail` has said nothing of it. */
  readonly faults?: (nth: number, what: 'ask' | 'count') => ModelFault | undefined;
}

/**
 * A server on 127.0.0.1 that answers from a script in the words of two providers: Anthropic's messages, streamed or
 * not, with its counts, and chat completions. It refuses what they refuse.
 */
export interface ModelServer {
  /** Where Anthropic's adapter finds it. */
  readonly url: string;
  /** Where that of chat completions does. */
  readonly chatUrl: string;
  readonly key: string;
  /** What was asked, as it was understood, the latest 1,000; with those that got a fault. */
  readonly asked: readonly ModelRequest[];
  /** The bodies of the same requests, as they came. */
  readonly bodies: readonly unknown[];
  /** How many requests came in all, also such as nobody could read. */
  readonly count: number;
  /** How many of them are being answered. */
  readonly open: number;
  /** The next asks meet these, in turn. */
  fail(...faults: readonly ModelFault[]): void;
  /** Breaks off what is not answered. */
  close(): Promise<void>;
}

const MOST_KEPT = 1_000;
const BYTES_PER_TOKEN = 4;

/** Opens a server on a free port. */
export async function openModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const server = new ScriptedServer(options);
  await server.listen();
  return server;
}

class ScriptedServer implements ModelServer {
  readonly key: string;
  readonly asked: ModelRequest[] = [];
  readonly bodies: unknown[] = [];
  count = 0;
  open = 0;
  private port = 0;
  private readonly due: ModelFault[] = [];
  private readonly server: Server;

  constructor(private readonly options: ModelServerOptions) {
    this.key = options.key ?? 'test-key';
    this.server = createServer((incoming, response) => void this.serve(incoming, response));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get chatUrl(): string {
    return `${this.url}/v1`;
  }

  fail(...faults: readonly ModelFault[]): void {
    this.due.push(...faults);
  }

  async listen(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = z.object({ port: z.int() }).parse(this.server.address()).port;
  }

  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  /** Never rejects: what goes wrong here is the provider's fault to whoever asks. */
  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    this.count += 1;
    this.open += 1;
    response.once('close', () => (this.open -= 1));
    const requestId = `req_${this.count}`;
    response.setHeader('request-id', requestId);
    const path = incoming.url?.split('?')[0] ?? '';
    const dialect = path === '/v1/chat/completions' ? chatDialect : anthropicDialect;
    try {
      const text = await bodyOf(incoming);
      if (incoming.headers.authorization !== `Bearer ${this.key}`) throw new WireError(401, 'invalid bearer token');
      const body = parsed(text);
      const served = dialect.read(path, incoming.headers, body);
      if (served === undefined) throw new WireError(404, 'no such path');
      this.keep(served.request, body);
      await this.meet(dialect, served, response, this.faultOf(served), () => `the key ${this.key} may not say ${text}`);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else json(response, statusOf(error), dialect.error(statusOf(error), String(error), requestId));
    }
  }

  private keep(request: ModelRequest, body: unknown): void {
    this.asked.push(request);
    this.bodies.push(body);
    if (this.asked.length > MOST_KEPT) {
      this.asked.shift();
      this.bodies.shift();
    }
  }

  private faultOf({ isCount }: ServedRequest): ModelFault | undefined {
    const due = isCount ? undefined : this.due.shift();
    return due ?? this.options.faults?.(this.count, isCount ? 'count' : 'ask');
  }

  private async meet(
    dialect: Dialect,
    served: ServedRequest,
    response: ServerResponse,
    fault: ModelFault | undefined,
    complaint: () => string,
  ): Promise<void> {
    if (fault?.kind === 'hang' && fault.afterEvents === undefined) return;
    if (fault?.kind === 'html') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Welcome</body></html>');
    } else if (fault?.kind === 'status') {
      if (fault.retryAfter !== undefined) response.setHeader('retry-after', fault.retryAfter);
      const requestId = String(response.getHeader('request-id'));
      json(response, fault.status, dialect.error(fault.status, complaint(), requestId));
    } else await this.answer(dialect, served, response, fault);
  }

  private async answer(
    dialect: Dialect,
    served: ServedRequest,
    response: ServerResponse,
    fault: ModelFault | undefined,
  ): Promise<void> {
    const { request, isCount, stream } = served;
    const [problem] = problemsOfRequest(request);
    if (problem !== undefined) throw new WireError(400, problem);
    if (isCount) {
      json(response, 200, { input_tokens: Math.ceil(bytesOf(request) / BYTES_PER_TOKEN) });
      return;
    }
    const turn = await turnOf(this.options.script, request, new AbortController().signal);
    const answer = faultyAnswer(answerOf('wire', turn, request), fault);
    if (stream) await streamed(response, dialect, { answer, served, fault });
    else json(response, 200, dialect.body(answer, served));
  }
}

/** A script that refuses for good is the provider's refusal; whatever else goes wrong is its fault. */
function statusOf(error: unknown): number {
  if (error instanceof WireError) return error.status;
  return error instanceof ModelRejectedError ? 400 : 500;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new WireError(400, 'the request is no JSON');
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
