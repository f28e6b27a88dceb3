import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join, normalize } from 'node:path';

const BUILT = join(import.meta.dirname, '..', '..', '..', 'libs', 'console', 'dist', 'web');
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};
/** As `ConsoleModule` sends it. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What pages have asked for. */
export interface Asked {
  readonly method: string;
  /** Behind `/actuator/`, with the query. */
  readonly path: string;
  readonly body: unknown;
  readonly key: string | undefined;
  readonly token: string | undefined;
}

type Told = { readonly status?: number; readonly body?: unknown };
export type Script = (asked: Asked) => Told | undefined | Promise<Told | undefined>;

export const problem = (status: number, detail: string, errors?: readonly { pointer: string; detail: string }[]) => ({
  status,
  body: { type: 'refused', title: 'Refused', status, detail, ...(errors === undefined ? {} : { errors }) },
});

/** A host that has the pages, and answers `/actuator` as a spec says. */
export class PagesServer {
  readonly asked: Asked[] = [];
  readonly tokens = new Set(['first']);
  readonly streams = new Set<ServerResponse>();
  /** The `Last-Event-ID` of each stream that was opened. */
  readonly resumedFrom: (string | undefined)[] = [];
  config: unknown = { application: 'shop', signIn: { url: '/v1/sessions' }, send: true };
  script: Script = () => undefined;
  snapshot: unknown;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  /** @returns the address of the pages */
  async start(): Promise<string> {
    readFileSync(join(BUILT, 'index.html'));
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('listens nowhere');
    return `http://127.0.0.1:${address.port}/console/`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** What was sent to be done. */
  acts(): readonly Asked[] {
    return this.asked.filter(({ method, path }) => method === 'POST' && path !== 'session');
  }

  tell(event: string, id: string, data: unknown): void {
    for (const stream of this.streams) stream.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(request.url ?? '/', 'http://host');
    if (pathname === '/console/config.json') return json(response, { body: this.config });
    if (pathname === '/console/session' || pathname === '/v1/sessions')
      return this.#signIn(pathname, request, response);
    if (pathname.startsWith('/console/')) return page(response, pathname.slice('/console/'.length));
    const token = request.headers.authorization?.replace(/^Bearer /, '');
    if (token === undefined || !this.tokens.has(token)) return json(response, problem(401, 'the token is not valid'));
    if (pathname === '/actuator/live') return this.#stream(request, response);
    const asked: Asked = {
      method: request.method ?? 'GET',
      path: `${pathname.slice('/actuator/'.length)}${search}`,
      body: await bodyOf(request),
      key: request.headers['idempotency-key']?.toString(),
      token,
    };
    this.asked.push(asked);
    const told = (await this.script(asked)) ?? problem(404, `no such thing here: ${asked.method} ${asked.path}`);
    json(response, told);
  }

  async #signIn(where: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const given = new Map(Object.entries(Object(body)));
    if (where === '/v1/sessions') {
      const isRight = given.get('email') === 'ada@example.com' && given.get('password') === 'correct horse';
      const signedIn = { accessToken: 'by-password', expiresIn: 900, refreshToken: 'r' };
      this.tokens.add('by-password');
      return json(response, isRight ? { status: 201, body: signedIn } : problem(401, 'email or password is wrong'));
    }
    const isKnown = given.get('link') === 'one-time-secret-of-43-characters-0123456789';
    this.tokens.add('by-link');
    return json(
      response,
      isKnown
        ? { body: { token: 'by-link', expiresAt: '2099-01-01T00:00:00.000Z' } }
        : problem(401, 'the link was used or is too old'),
    );
  }

  #stream(request: IncomingMessage, response: ServerResponse): void {
    this.resumedFrom.push(request.headers['last-event-id']?.toString());
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    this.streams.add(response);
    response.on('close', () => this.streams.delete(response));
    if (this.snapshot === undefined) response.write(': beat\n\n');
    else response.write(`id: 1\nevent: snapshot\ndata: ${JSON.stringify(this.snapshot)}\n\n`);
  }
}

function json(response: ServerResponse, { status = 200, body }: Told): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? '' : JSON.stringify(body));
}

function page(response: ServerResponse, path: string): void {
  const name = path === '' ? 'index.html' : normalize(path);
  const type = TYPES[name.split('.').at(-1) ?? ''];
  if (type === undefined || name.startsWith('..')) return json(response, { status: 404 });
  response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY });
  response.end(readFileSync(join(BUILT, name)));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(Buffer.from(piece));
  const text = Buffer.concat(pieces).toString();
  return text === '' ? undefined : JSON.parse(text);
}
