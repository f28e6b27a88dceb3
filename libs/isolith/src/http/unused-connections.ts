import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Whoever connects to ask something does so at once; milliseconds. */
const ASKS_WITHIN_MS = 1_000;

/**
 * Connections on which nothing was sent yet: browsers open them beforehand, and clients anew when a request was broken
 * off. Node counts one as busy until its headers are overdue, so a server that closes would wait that long for it.
 *
 *   open, and not a byte has come --close()--> a second old, or when it is --still none--> destroyed
 *                                                                        '--asked--> answered, and closed by Node
 */
export class UnusedConnections {
  readonly #openedAt = new Map<Socket, number>();
  #closing = false;

  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.#openedAt.set(socket, performance.now());
      socket.once('close', () => this.#openedAt.delete(socket));
      if (this.#closing) this.#endUnused(socket, ASKS_WITHIN_MS);
    });
  }

  /** The server closes: nobody is waited for who asks nothing. */
  close(): void {
    this.#closing = true;
    const now = performance.now();
    for (const [socket, openedAt] of this.#openedAt) this.#endUnused(socket, openedAt + ASKS_WITHIN_MS - now);
  }

  #endUnused(socket: Socket, inMs: number): void {
    const end = (): void => {
      if (socket.bytesRead === 0) socket.destroy();
    };
    if (inMs <= 0) end();
    else setTimeout(end, inMs).unref();
  }
}
