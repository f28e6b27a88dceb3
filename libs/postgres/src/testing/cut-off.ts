import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A door in front of a server that can be shut: to its clients that is a restart. Connections break where they are,
 * also in the middle of an answer, and new ones are refused until it opens again.
 */
export class CutOff {
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly to: { readonly host: string; readonly port: number },
    private port = 0,
  ) {}

  static async before(serverUrl: string): Promise<CutOff> {
    const { hostname, port } = new URL(serverUrl);
    const door = new CutOff({ host: hostname, port: Number(port === '' ? 5432 : port) });
    await door.open();
    return door;
  }

  /** The same URL, through the door. */
  url(serverUrl: string): string {
    const url = new URL(serverUrl);
    url.hostname = '127.0.0.1';
    url.port = String(this.port);
    return url.href;
  }

  async open(): Promise<void> {
    const server = createServer((client) => {
      const upstream = connect(this.to);
      for (const [from, into] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        this.#sockets.add(from);
        from.pipe(into);
        // Whichever side ends takes the other along.
        from.on('error', () => into.destroy());
        from.on('close', () => {
          this.#sockets.delete(from);
          into.destroy();
        });
      }
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the door has no port');
    this.port = address.port;
  }

  async shut(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      if (this.#server === undefined) resolve();
      else this.#server.close(() => resolve());
    });
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    this.#server = undefined;
  }
}
