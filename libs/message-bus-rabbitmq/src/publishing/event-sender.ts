import { codec, NotDeliveredError, OutcomeUnknownError, type Envelope } from '@isolith/contracts';
import { addressName, type Address } from '@isolith/message-bus';
import type { ChannelModel } from 'amqplib';
import { Aborts } from './aborts.js';
import { ConfirmedPublisher, ReturnedError, type Outgoing } from './confirmed-publisher.js';
import type { Berth } from '../topology/berth.js';
import { Destination } from './destination.js';
import type { Link } from '../connection/link.js';
import type { RabbitMqMetrics } from '../connection/metrics.js';
import type { ProblemSink } from '../connection/options.js';
import { contentOf } from './content.js';
import { BROADCAST_EXCHANGE, queueName } from '../topology/topology.js';
import { declarationOf } from '../topology/declare.js';
import type { WindowBounds } from './window.js';

interface SenderParts {
  readonly link: Link;
  readonly berth: () => Berth;
  readonly bounds: WindowBounds;
  readonly metrics: RabbitMqMetrics;
  readonly onProblem: ProblemSink;
}

/** A queue or exchange, and who publishes to it. */
export interface Route {
  readonly destination: Destination;
  readonly publisher: ConfirmedPublisher;
}

/**
 * Sends events, confirmed and in order per subject, to queues that it declares before it sends the first. Each queue
 * has a channel of its own: the broker stops reading one whose queue takes nothing, and that must be nobody else's.
 */
export class EventSender {
  private readonly routes = new Map<string, Route>();
  private readonly aborts = new Aborts();
  private sent = 0;

  constructor(private readonly parts: SenderParts) {}

  /** Those that can't be declared, by their names, with the reason. */
  troubles(): readonly (readonly [string, string])[] {
    return [...this.routes].flatMap(
      ([
        name,
        {
          destination: { trouble },
        },
      ]) => (trouble === undefined ? [] : [[name, trouble] as const]),
    );
  }

  /** It is handed to the window before this returns: what is called first is sent first. */
  send(event: Envelope, to: Address, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) throw new NotDeliveredError(`given up before an event was sent to ${addressName(to)}`);
      const { destination, publisher } = this.routeOf(to);
      publisher.requireRoom(1);
      const message = this.messageOf(event, to, (error) => {
        this.aborts.remove(signal, aborted);
        if (error === undefined) resolve();
        else reject(error);
      });
      const aborted = (): void => {
        const givenUp = new NotDeliveredError(`given up before it was sent to ${addressName(to)}`);
        if (destination.cancel(message, givenUp) || publisher.cancel(message, givenUp)) return;
        // It is written and unconfirmed; what becomes of it is told to nobody.
        this.aborts.remove(signal, aborted);
        reject(new OutcomeUnknownError(`${addressName(to)} did not confirm an event in time`));
      };
      this.aborts.add(signal, aborted);
      destination.submit(message);
    });
  }

  /** Puts bytes that nobody could read into a queue of their own; resolves when they are safe there. */
  park(content: Buffer, { destination, publisher }: Route): Promise<void> {
    return new Promise((resolve, reject) => {
      publisher.requireRoom(1);
      destination.submit({
        exchange: '',
        routingKey: destination.name,
        content,
        options: { persistent: true },
        token: this.token(),
        taken: resolve,
        failed: reject,
      });
    });
  }

  /** A queue that is declared when it is first sent to. */
  route(name: string, declare: (connection: ChannelModel) => Promise<void>): Route {
    const known = this.routes.get(name);
    if (known !== undefined) return known;
    const { link, bounds, berth } = this.parts;
    const publisher = new ConfirmedPublisher(this.parts);
    const destination = new Destination(name, {
      link,
      berth: berth(),
      waiting: bounds.waiting,
      declare,
      submit: (message) => publisher.submit(message),
    });
    const route = { destination, publisher };
    this.routes.set(name, route);
    return route;
  }

  async close(): Promise<void> {
    await Promise.all(
      [...this.routes.values()].map(async ({ destination, publisher }) => {
        await destination.close(new NotDeliveredError('the transport is closed'));
        await publisher.close();
      }),
    );
  }

  private routeOf(to: Address): Route {
    const name = to.lane === 'broadcast' ? BROADCAST_EXCHANGE : queueName(to);
    return this.route(name, declarationOf(to));
  }

  private messageOf(envelope: Envelope, to: Address, ended: (error?: Error) => void): Outgoing {
    const broadcast = to.lane === 'broadcast';
    const name = broadcast ? BROADCAST_EXCHANGE : queueName(to);
    return {
      exchange: broadcast ? BROADCAST_EXCHANGE : '',
      routingKey: broadcast ? '' : name,
      content: contentOf(envelope),
      options: { persistent: to.lane === 'requests' || to.lane === 'subscription', contentType: codec.contentType },
      token: this.token(),
      ...(envelope.subject === undefined ? {} : { key: `${name} ${envelope.subject}` }),
      taken: () => ended(),
      failed: (error) => {
        if (error instanceof ReturnedError) this.routes.get(name)?.destination.vanished();
        ended(error);
      },
    };
  }

  private token(): string {
    this.sent += 1;
    return this.sent.toString(36);
  }
}
