import { randomUUID } from 'node:crypto';
import { addressName, type Address, type Transport } from '@isolith/message-bus';
import { connect, type Channel, type ChannelModel } from 'amqplib';
import { RabbitMqTransport, type RabbitMqOptions } from '../index.js';
import { driverTakenFor } from './driver.js';

/** The broker that specs may use. Without one they fail, in one line. */
export function brokerUrl(): string {
  const url = process.env['ISOLITH_TEST_TRANSPORT_URL'];
  if (url === undefined || url === '')
    throw new Error('ISOLITH_TEST_TRANSPORT_URL is not set: run `npm run services -- exec npm run jest -- …`');
  return url;
}

/** A context that nobody else uses. */
export const freshContext = (): string => `spec-${randomUUID().slice(0, 8)}`;

/** Opens transports and raw channels for one spec, and leaves nothing behind on the broker. */
export class SpecBroker {
  readonly problems: string[] = [];
  private readonly transports: Transport[] = [];
  private readonly queues = new Set<string>();
  private raw: { connection: ChannelModel; channel: Channel } | undefined;

  async transport(options: Partial<RabbitMqOptions> = {}): Promise<RabbitMqTransport> {
    const transport = new RabbitMqTransport(
      {
        url: brokerUrl(),
        name: 'spec',
        onProblem: (line, error) => void this.problems.push(`${line}: ${error instanceof Error ? error.message : ''}`),
        ...options,
      },
      driverTakenFor(),
    );
    this.transports.push(transport);
    await transport.connect();
    return this.remembering(transport);
  }

  /** A channel of plain amqplib. */
  async channel(): Promise<Channel> {
    this.raw ??= await this.openRaw();
    return this.raw.channel;
  }

  /** Asked on a channel of its own: the broker closes it when the queue does not exist. */
  async exists(queue: string): Promise<boolean> {
    await this.channel();
    const channel = await this.raw?.connection.createChannel();
    channel?.on('error', () => undefined);
    return (
      channel
        ?.checkQueue(queue)
        .then(() => channel.close())
        .then(
          () => true,
          () => false,
        ) ?? false
    );
  }

  /** Lets go of the raw channel; the next use opens another. */
  async disconnect(): Promise<void> {
    await this.raw?.connection.close();
    this.raw = undefined;
  }

  /** These, and what lies beside them, are deleted at the end. */
  forget(...queues: string[]): void {
    for (const queue of queues) this.queues.add(queue);
  }

  async close(): Promise<void> {
    await Promise.all(this.transports.map((transport) => transport.close()));
    const channel = await this.channel();
    for (const queue of this.queues)
      for (const name of [queue, `${queue}.dead`, `${queue}.malformed`]) await channel.deleteQueue(name);
    await this.disconnect();
  }

  private async openRaw(): Promise<{ connection: ChannelModel; channel: Channel }> {
    const connection = await connect(brokerUrl(), { noDelay: true });
    return { connection, channel: await connection.createChannel() };
  }

  /** Every address that is used is one to delete. */
  private remembering(transport: RabbitMqTransport): RabbitMqTransport {
    const note = (at: Address): void => {
      if (at.lane !== 'broadcast') this.queues.add(addressName(at));
    };
    const [send, request, listen] = [
      transport.send.bind(transport),
      transport.request.bind(transport),
      transport.listen.bind(transport),
    ];
    return Object.assign(transport, {
      send: (...args: Parameters<typeof send>) => (note(args[1]), send(...args)),
      request: (...args: Parameters<typeof request>) => (note(args[1]), request(...args)),
      listen: (...args: Parameters<typeof listen>) => (note(args[0]), listen(...args)),
    });
  }
}

/** Waits for a condition, and names it when it does not come true. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  patienceMs = 60_000,
): Promise<void> {
  const endsAt = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() >= endsAt) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const never = (): AbortSignal => new AbortController().signal;
