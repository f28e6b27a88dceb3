import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { Acknowledgements } from './acknowledgements.js';

const REPLY_TO = 'amq.rabbitmq.reply-to';
const PREFETCH = 100;

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

/** Commands last: quorum queue, persistent, confirmed, mandatory. Queries do not. As the shop's two lanes. */
type Lane = 'commands' | 'queries';

/** Requests and events over RabbitMQ, with what keeps a command from being lost and nothing else. */
export class Broker {
  private readonly waiting = new Map<string, Waiting>();
  private asked = 0;

  private constructor(
    private readonly connection: ChannelModel,
    private readonly channel: ConfirmChannel,
  ) {}

  static async connect(url: string): Promise<Broker> {
    const connection = await connect(url, { noDelay: true });
    const channel = await connection.createConfirmChannel();
    const broker = new Broker(connection, channel);
    channel.on('return', () => {
      throw new Error('nobody takes what was sent');
    });
    await channel.consume(
      REPLY_TO,
      (message) => {
        if (message === null) throw new Error('the broker ended the consumer of replies');
        broker.answered(message.properties.correlationId, JSON.parse(message.content.toString()));
      },
      { noAck: true },
    );
    return broker;
  }

  /** Both sides declare: whoever is first makes it. */
  async declare(queue: string, lane: Lane): Promise<void> {
    await this.channel.assertQueue(queue, {
      durable: true,
      ...(lane === 'commands' ? { arguments: { 'x-queue-type': 'quorum' } } : {}),
    });
  }

  request<T>(queue: string, lane: Lane, body: unknown): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.asked += 1;
      const correlationId = String(this.asked);
      this.waiting.set(correlationId, { resolve, reject });
      const lasting = lane === 'commands';
      this.channel.sendToQueue(
        queue,
        Buffer.from(JSON.stringify(body)),
        { replyTo: REPLY_TO, correlationId, persistent: lasting, mandatory: true },
        (error: unknown) => {
          if (error) reject(new Error(`${queue} did not take a request`, { cause: error }));
        },
      );
    });
  }

  /** Resolves when the broker has confirmed it. */
  publish(queue: string, body: unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      this.channel.sendToQueue(
        queue,
        Buffer.from(JSON.stringify(body)),
        { persistent: true, mandatory: true },
        (error: unknown) => {
          if (error) reject(new Error(`${queue} did not take an event`, { cause: error }));
          else resolve();
        },
      );
    });
  }

  /** Handles what comes to a queue, up to a hundred at once; a message is settled after its answer is on its way. */
  async serve<T>(queue: string, lane: Lane, handle: (body: T) => Promise<unknown>): Promise<void> {
    await this.declare(queue, lane);
    const channel = await this.connection.createChannel();
    await channel.prefetch(PREFETCH);
    const acknowledgements = new Acknowledgements(channel);
    await channel.consume(queue, (message) => {
      if (message === null) throw new Error('the broker ended a consumer');
      const { replyTo, correlationId } = message.properties;
      const done = acknowledgements.expect(message);
      const answer = (body: unknown): void => {
        if (replyTo !== undefined) channel.sendToQueue(replyTo, Buffer.from(JSON.stringify(body)), { correlationId });
        done();
      };
      handle(JSON.parse(message.content.toString())).then(
        (value) => answer({ value }),
        (error: unknown) => answer({ error: String(error) }),
      );
    });
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private answered(id: string, { value, error }: { value: never; error?: string }): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(error));
  }
}
