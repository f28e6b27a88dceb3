import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const HEAD_END = '\r\n\r\n';

/**
 * One kept-alive HTTP connection that sends the same request again and again. A client library would need more of the
 * processor than the server does, and the ratio would be the client's.
 */
export class KeptConnection {
  private received = '';
  private answered: ((body: string) => void) | undefined;
  private failed: ((error: Error) => void) | undefined;

  private constructor(
    private readonly socket: Socket,
    private readonly request: Buffer,
  ) {
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => this.take(chunk));
    socket.on('error', (error) => this.failed?.(error));
    socket.on('close', () => this.failed?.(new Error('the server closed the connection')));
  }

  static async open(
    url: string,
    { path, token, body }: { path: string; token: string; body: unknown },
  ): Promise<KeptConnection> {
    const { hostname, port, host } = new URL(url);
    const payload = JSON.stringify(body);
    const head = [
      `POST ${path} HTTP/1.1`,
      `host: ${host}`,
      `authorization: Bearer ${token}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(payload)}`,
    ];
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new KeptConnection(socket, Buffer.from(`${head.join('\r\n')}${HEAD_END}${payload}`));
  }

  /** Sends the request; resolves with the body of a 201, rejects for any other answer. One at a time. */
  ask(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.answered = resolve;
      this.failed = reject;
      this.socket.write(this.request);
    });
  }

  close(): void {
    this.failed = undefined;
    this.socket.destroy();
  }

  private take(chunk: string): void {
    this.received += chunk;
    const headEnd = this.received.indexOf(HEAD_END);
    if (headEnd === -1) return;
    const head = this.received.slice(0, headEnd);
    const length = /^content-length: *(\d+)/im.exec(head)?.[1];
    if (length === undefined) return this.failed?.(new Error(`an answer without a length: ${head}`));
    const end = headEnd + HEAD_END.length + Number(length);
    if (this.received.length < end) return;
    const body = this.received.slice(headEnd + HEAD_END.length, end);
    this.received = this.received.slice(end);
    if (head.startsWith('HTTP/1.1 201 ')) this.answered?.(body);
    else this.failed?.(new Error(`${head.split('\r\n', 1).join('')}: ${body}`));
  }
}
