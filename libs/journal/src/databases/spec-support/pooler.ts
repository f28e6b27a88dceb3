import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { z } from 'zod';
import { frame, Frames, type Frame } from './frames.js';
import { SharedSession } from './shared-session.js';

const listening = z.object({ port: z.int() });
const TLS_REQUEST = 80_877_103;
/**
 * What PgBouncer keeps per client or takes as given; of any other it says "unsupported startup parameter".
 * https://www.pgbouncer.org/config.html#ignore_startup_parameters
 */
const KNOWN = [
  'user',
  'database',
  'client_encoding',
  'datestyle',
  'timezone',
  'standard_conforming_strings',
  'application_name',
];

/**
 * Stands before a server as PgBouncer does, in what a host meets there: it refuses startup parameters that it does not
 * know, and with `pool_mode = transaction` its clients take turns on one session of the server, each for one
 * transaction.
 */
export class Pooler {
  /** Startup parameters that were refused. */
  readonly refused: string[] = [];
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly shared: SharedSession | undefined;

  private constructor(
    private readonly upstream: URL,
    mode: 'session' | 'transaction',
  ) {
    this.shared = mode === 'transaction' ? new SharedSession(() => this.dial()) : undefined;
    this.server = createServer((client) => this.admit(client));
  }

  static async before(url: string, mode: 'session' | 'transaction'): Promise<Pooler> {
    const pooler = new Pooler(new URL(url), mode);
    pooler.server.listen(0, '127.0.0.1');
    await once(pooler.server, 'listening');
    return pooler;
  }

  /** Of the same database, by way of this pooler. */
  get url(): string {
    const url = new URL(this.upstream);
    [url.hostname, url.port] = ['127.0.0.1', String(listening.parse(this.server.address()).port)];
    return url.href;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private admit(client: Socket): void {
    this.keep(client);
    const frames = new Frames(true);
    const opening = (chunk: Buffer): void => {
      for (const first of frames.take(chunk)) {
        if (first.body.readInt32BE(0) === TLS_REQUEST) {
          frames.openAgain();
          client.write('N');
          continue;
        }
        client.off('data', opening);
        this.open(client, first, frames);
      }
    };
    client.on('data', opening);
  }

  private open(client: Socket, first: Frame, frames: Frames): void {
    const unknown = parametersOf(first).filter((name) => !KNOWN.includes(name.toLowerCase()));
    if (unknown.length > 0) {
      this.refused.push(...unknown);
      client.end(frame('E', fatal(`unsupported startup parameter: ${unknown.join(', ')}`)));
    } else if (this.shared !== undefined) this.shared.join(client, first, frames);
    else {
      const server = this.dial();
      server.write(first.bytes);
      client.pipe(server).pipe(client);
    }
  }

  private dial(): Socket {
    const socket = connect({ host: this.upstream.hostname, port: Number(this.upstream.port || 5432) });
    this.keep(socket);
    return socket;
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.sockets.delete(socket));
  }
}

/** Names and values follow the version, each with a zero behind it. */
function parametersOf({ body }: Frame): readonly string[] {
  const texts = body.toString('utf8', 4).split('\0');
  return texts.filter((text, nth) => nth % 2 === 0 && text !== '');
}

const fatal = (message: string): Buffer => Buffer.from(`SFATAL\0VFATAL\0C08P01\0M${message}\0\0`);
