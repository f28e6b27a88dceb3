import { codec, NotDeliveredError, OutcomeUnknownError, type Envelope } from '@isolith/contracts';
import { addressName, type Address } from '@isolith/message-bus';
import type { ChannelModel } from 'amqplib';
import { Aborts } from './aborts.js';
import { ConfirmedPublisher, ReturnedError, type Outgoing } from './confirmed-publisher.js';
import { Destination } from './destination.js';
import type { Link } from './link.js';
import type { RabbitMqMetrics } from './metrics.js';
import type { ProblemSink } from './options.js';
import { contentOf } from './requester.js';
import { SendAttempt } from './send-attempt.js';
import { BROADCAST_EXCHANGE, queueName } from './topology.js';
import { declarationOf } from './declare.js';
import type { WindowBounds } from './window.js';

interface SenderParts {
  readonly link: Link;
  readonly bounds: WindowBounds;
  readonly metrics: RabbitMqMetrics;
  readonly onProblem: ProblemSink;
}

/** Sends events, confirmed and in order per subject, to queues that it declares before it sends the first. */
export class EventSender {
  private readonly publisher: ConfirmedPublisher;
  private readonly destinations = new Map<string, Destination>();
  private readonly aborts = new Aborts();
  private sent = 0;

  constructor(private readonly parts: SenderParts) {
    this.publisher = new ConfirmedPublisher(parts);
  }

  /** All of it is handed to the window before this returns: what is called first is sent first. */
  send(batch: readonly Envelope[], to: Address, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) throw new NotDeliveredError(`given up before a batch was sent to ${addressName(to)}`);
      this.publisher.requireRoom(batch.length);
      const destination = this.destinationOf(to);
      const attempt = new SendAttempt(batch.length, (error) => {
        this.aborts.remove(signal, aborted);
        if (error === undefined) resolve();
        else reject(error);
      });
      const messages = batch.map((envelope) => this.messageOf(envelope, to, attempt));
      const aborted = (): void => {
        const givenUp = new NotDeliveredError(`given up before it was sent to ${addressName(to)}`);
        // From the end: those behind one of the same subject are not refused for its sake.
        for (const message of messages.toReversed())
          if (!destination.cancel(message, givenUp)) this.publisher.cancel(message, givenUp);
        // What remains is written and unconfirmed.
        attempt.giveUp(new OutcomeUnknownError(`${addressName(to)} did not confirm a batch in time`));
      };
      this.aborts.add(signal, aborted);
      for (const message of messages) destination.submit(message);
      if (batch.length === 0) attempt.giveUp(undefined);
    });
  }

  /** Puts bytes that nobody could read into a queue of their own; resolves when they are safe there. */
  park(content: Buffer, queue: Destination): Promise<void> {
    return new Promise((resolve, reject) => {
      this.publisher.requireRoom(1);
      queue.submit({
        exchange: '',
        routingKey: queue.name,
        content,
        options: { persistent: true },
        token: this.token(),
        taken: resolve,
        failed: reject,
      });
    });
  }

  /** A queue that is declared when it is first sent to. */
  destination(name: string, declare: (connection: ChannelModel) => Promise<void>): Destination {
    const known = this.destinations.get(name);
    if (known !== undefined) return known;
    const { link, bounds } = this.parts;
    const destination = new Destination(name, {
      link,
      waiting: bounds.waiting,
      declare,
      submit: (message) => this.publisher.submit(message),
    });
    this.destinations.set(name, destination);
    return destination;
  }

  async close(): Promise<void> {
    for (const destination of this.destinations.values())
      destination.close(new NotDeliveredError('the transport is closed'));
    await this.publisher.close();
  }

  private destinationOf(to: Address): Destination {
    const name = to.lane === 'broadcast' ? BROADCAST_EXCHANGE : queueName(to);
    return this.destination(name, declarationOf(to));
  }

  private messageOf(envelope: Envelope, to: Address, attempt: SendAttempt): Outgoing {
    const broadcast = to.lane === 'broadcast';
    const name = broadcast ? BROADCAST_EXCHANGE : queueName(to);
    return {
      exchange: broadcast ? BROADCAST_EXCHANGE : '',
      routingKey: broadcast ? '' : name,
      content: contentOf(envelope),
      options: { persistent: to.lane === 'requests' || to.lane === 'subscription', contentType: codec.contentType },
      token: this.token(),
      ...(envelope.subject === undefined ? {} : { key: `${name} ${envelope.subject}` }),
      taken: () => attempt.taken(),
      failed: (error) => {
        if (error instanceof ReturnedError) this.destinations.get(name)?.vanished();
        attempt.failed(error);
      },
    };
  }

  private token(): string {
    this.sent += 1;
    return this.sent.toString(36);
  }
}
