import { createServer, type Server, type Socket } from 'node:net';
import { codec, IsolithError, NotDeliveredError, OutcomeUnknownError, type Envelope } from '@isolith/contracts';
import { addressName, InProcessTransport, type Address, type Delivery, type Transport } from '@isolith/message-bus';
import { z } from 'zod';
import { InOrder } from './in-order.js';
import { linesOf } from './lines.js';
import { Peer, type Answer } from './peer.js';

/** Who listens where: the ports of each address. In production that is configuration, or a registry. */
export type Directory = Map<string, Set<number>>;

const context = z.string();
const addressSchema = z.discriminatedUnion('lane', [
  z.object({ lane: z.enum(['requests', 'queries']), context }),
  z.object({ lane: z.literal('subscription'), context, subscription: z.string() }),
  z.object({ lane: z.literal('broadcast') }),
]);
const sentSchema = z.object({ nth: z.int(), to: addressSchema, envelope: z.string() });

const write = (envelope: Envelope): string => Buffer.from(codec.encode(envelope)).toString('utf8');
const read = (text: string): Envelope => codec.decode(Buffer.from(text));

/** Envelopes between hosts over TCP, a line for each. It keeps nothing: `send` resolves when the listener is done. */
export class LinesTransport implements Transport {
  /** Order of a subject, bounds and stops at the listening end: what arrives there is only a call away. */
  private readonly inside = new InProcessTransport({ maxInFlight: 40 });
  readonly capabilities = this.inside.capabilities;
  private readonly peers = new Map<number, Peer>();
  private readonly inOrder = new InOrder();
  private readonly taken = new Set<Socket>();

  private constructor(
    private readonly directory: Directory,
    private readonly server: Server,
    private readonly port: number,
  ) {
    server.on('connection', (socket) => this.take(socket));
  }

  static async open(directory: Directory): Promise<LinesTransport> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new TypeError('a server without a port');
    return new LinesTransport(directory, server, address.port);
  }

  async send(event: Envelope, to: Address, signal: AbortSignal): Promise<void> {
    const hand = () => Promise.all(this.peersAt(to).map((peer) => peer.ask(to, write(event), signal)));
    if (event.subject === undefined) await hand();
    else await this.inOrder.after(`${addressName(to)} ${event.subject}`, hand, signal);
  }

  async request(envelope: Envelope, to: Address, signal: AbortSignal): Promise<Envelope> {
    const answer = await this.peersAt(to)[0]?.ask(to, write(envelope), signal);
    if (answer === undefined) throw new OutcomeUnknownError(`${addressName(to)} ended without an answer`);
    return read(answer);
  }

  async listen(at: Address, on: (delivery: Delivery) => Promise<void>): ReturnType<Transport['listen']> {
    const listening = await this.inside.listen(at, on);
    const ports = this.directory.get(addressName(at)) ?? new Set();
    this.directory.set(addressName(at), ports.add(this.port));
    let stopped = false;
    return {
      stop: async () => {
        // A second stop must not take the place of whoever came after.
        if (!stopped) ports.delete(this.port);
        stopped = true;
        await listening.stop();
      },
    };
  }

  async close(): Promise<void> {
    for (const ports of this.directory.values()) ports.delete(this.port);
    this.server.close();
    for (const peer of this.peers.values()) peer.end();
    for (const socket of this.taken) socket.destroy();
    await this.inside.close();
  }

  private peersAt(to: Address): readonly Peer[] {
    const ports = [...(this.directory.get(addressName(to)) ?? [])];
    if (ports.length === 0 || !this.server.listening)
      throw new NotDeliveredError(`nobody listens at ${addressName(to)}, or this host is closed`);
    return ports.map((port) => {
      const known = this.peers.get(port);
      const peer = known?.usable === true ? known : new Peer(port);
      this.peers.set(port, peer);
      return peer;
    });
  }

  /** The listening end of another host's connection; what was not begun when that is gone is not begun any more. */
  private take(socket: Socket): void {
    const gone = new AbortController();
    this.taken.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.taken.delete(socket);
      gone.abort();
    });
    linesOf(socket, (line) => {
      const { nth, to, envelope } = sentSchema.parse(JSON.parse(line));
      void this.deliver(to, read(envelope), gone.signal)
        .catch((error: unknown) => ({ error: toldOf(error) }))
        .then((answer) => socket.write(`${JSON.stringify({ nth, ...answer })}\n`));
    });
  }

  private async deliver(to: Address, envelope: Envelope, signal: AbortSignal): Promise<Omit<Answer, 'nth'>> {
    if (envelope.kind !== 'event') return { answer: write(await this.inside.request(envelope, to, signal)) };
    await this.inside.send(envelope, to, signal);
    return {};
  }
}

/** What the sender may know: that it did not run, that there was no room, else that it may have run. */
function toldOf(error: unknown): NonNullable<Answer['error']> {
  const detail = error instanceof Error ? error.message : 'the listener rejected it';
  const code = error instanceof IsolithError ? error.code : '';
  return { code: code === 'not-delivered' || code === 'overloaded' ? code : 'outcome-unknown', detail };
}
