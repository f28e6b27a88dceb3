import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { z } from 'zod';

/** What a host was asked. */
interface Request {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
}

/** A host that answers as it is told, for the specs of command lines. */
export class ScriptedHost {
  readonly requests: Request[] = [];
  /** What it answers from now on; `undefined` cuts the connection. */
  answer: { readonly status: number; readonly body: unknown } | undefined;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(): Promise<ScriptedHost> {
    const server = createServer((request, response) => {
      const parts: string[] = [];
      request.setEncoding('utf8').on('data', (part: string) => parts.push(part));
      request.once('end', () => {
        const text = parts.join('');
        const { method = '', url = '' } = request;
        host.requests.push({ method, url, body: text === '' ? undefined : JSON.parse(text) });
        if (host.answer === undefined) return void request.socket.destroy();
        const { status, body } = host.answer;
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = z.object({ port: z.int() }).parse(server.address());
    const host = new ScriptedHost(server, `http://127.0.0.1:${port}`);
    return host;
  }

  /** What a command line says when it asks this host. */
  async when(
    operate: (options: {
      words: readonly string[];
      env: Readonly<Record<string, string>>;
      say: (line: string) => void;
    }) => Promise<0 | 1>,
    ...words: readonly string[]
  ): Promise<{ readonly code: 0 | 1; readonly said: readonly string[] }> {
    const said: string[] = [];
    const env = { OPERATOR_URL: this.url, OPERATOR_TOKEN: 'a.b.c' };
    return { code: await operate({ words, env, say: (line) => said.push(line) }), said };
  }

  async close(): Promise<void> {
    const closed = once(this.server.close(), 'close');
    this.server.closeAllConnections();
    await closed;
  }
}
