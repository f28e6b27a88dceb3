import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy before a broker whose connections can be cut, stalled or refused. */
export class CuttableProxy {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private readonly server: Server;
  private refusing = false;
  private muted = false;
  accepted = 0;

  private constructor(private readonly target: URL) {
    this.server = createServer((client) => this.accept(client));
  }

  static async before(url: string): Promise<CuttableProxy> {
    const proxy = new CuttableProxy(new URL(url));
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy listens on no port');
    const url = new URL(this.target.href);
    url.hostname = '127.0.0.1';
    url.port = String(address.port);
    return url.href;
  }

  /** Ends every connection at once, without a goodbye. */
  cut(): void {
    for (const sockets of this.pairs) for (const socket of sockets) socket.resetAndDestroy();
  }

  /** As long as it refuses, the broker seems to be down. */
  refuse(refusing: boolean): void {
    this.refusing = refusing;
    if (refusing) this.cut();
  }

  /** Nothing comes back from the broker any more; what is sent still arrives there. */
  mute(muted: boolean): void {
    this.muted = muted;
    for (const [, upstream] of this.pairs)
      if (muted) upstream.pause();
      else upstream.resume();
  }

  /**
   * Half-open: on the connections of now nothing moves any more, in either direction, and nobody is told. New ones
   * work.
   */
  forget(): void {
    for (const sockets of this.pairs) for (const socket of sockets) socket.pause();
  }

  async close(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private accept(client: Socket): void {
    if (this.refusing) return void client.resetAndDestroy();
    this.accepted += 1;
    const upstream = connect(Number(this.target.port || 5672), this.target.hostname);
    const pair = [client, upstream] as const;
    this.pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      // Cut sockets report errors; both ends go together.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
    client.on('data', (chunk) => void upstream.write(chunk));
    upstream.on('data', (chunk) => void client.write(chunk));
    if (this.muted) upstream.pause();
  }
}
