import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A door in front of a server behind which it can fall silent: to its clients that is a machine that lost its power, or
 * a firewall that forgot a connection. Nothing is refused and nothing is closed; what is said just doesn't arrive.
 */
export class SilentDoor {
  readonly #sockets = new Set<Socket>();
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #silent = false;

  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {}

  static async before(serverUrl: string): Promise<SilentDoor> {
    const { hostname, port } = new URL(serverUrl);
    const to = { host: hostname, port: Number(port === '' ? 5432 : port), allowHalfOpen: true };
    const server = createServer({ allowHalfOpen: true }, (client) => door.#enter(client, () => connect(to)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the door has no port');
    const door = new SilentDoor(server, address.port);
    return door;
  }

  /** The same URL, through the door. */
  url(serverUrl: string): string {
    const url = new URL(serverUrl);
    url.hostname = '127.0.0.1';
    url.port = String(this.port);
    return url.href;
  }

  /**
   * From now on nothing passes, or no answers only. Connections of now stay silent for ever, new ones until `speak`.
   */
  silence(what: 'everything' | 'answers' = 'everything'): void {
    this.#silent = true;
    for (const [client, upstream] of this.#pairs) {
      deaf(upstream, client);
      if (what === 'everything') deaf(client, upstream);
    }
    this.#pairs.clear();
  }

  /** New connections pass again. */
  speak(): void {
    this.#silent = false;
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #enter(client: Socket, upstreamOf: () => Socket): void {
    this.#keep(client);
    if (this.#silent) {
      client.resume();
      return;
    }
    const upstream = upstreamOf();
    this.#keep(upstream);
    client.pipe(upstream);
    upstream.pipe(client);
    this.#pairs.add([client, upstream]);
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    // Broken ones stay as they are: the other side is not to hear of it.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
  }
}

/** What `from` says is read, so that it can go on saying it, and goes nowhere. */
function deaf(from: Socket, to: Socket): void {
  from.unpipe(to);
  from.resume();
}
