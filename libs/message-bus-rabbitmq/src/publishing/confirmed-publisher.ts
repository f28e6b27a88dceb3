import { NotDeliveredError, OutcomeUnknownError, OverloadedError } from '@isolith/contracts';
import type { ConfirmChannel, Options } from 'amqplib';
import { KeptChannel } from '../connection/kept-channel.js';
import type { Link } from '../connection/link.js';
import type { RabbitMqMetrics } from '../connection/metrics.js';
import type { ProblemSink } from '../connection/options.js';
import { SendWindow, type Sendable, type WindowBounds } from './window.js';

export interface Outgoing {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly options: Options.Publish;
  /** Unique among all messages of this publisher: a returned message is known by it. */
  readonly token: string;
  /** Of one key at most one is unconfirmed, in the order of `submit`. */
  readonly key?: string;
  /** The broker has it and a queue was there. */
  taken(): void;
  /** OutcomeUnknownError when it may have been taken, else NotDeliveredError or OverloadedError. */
  failed(error: Error): void;
}

/** The broker gave the message back: there is no such queue. */
export class ReturnedError extends NotDeliveredError {}

interface PublisherParts {
  readonly link: Link;
  readonly bounds: WindowBounds;
  readonly metrics: RabbitMqMetrics;
  readonly onProblem: ProblemSink;
  /** What else the channel needs, e.g. a consumer of answers. */
  readonly setup?: (channel: ConfirmChannel) => Promise<void>;
  readonly lost?: () => void;
}

/**
 * Publishes with confirms, through a window, on one channel that is kept open. A confirm does not mean that a queue was
 * there: every message is `mandatory`, and the broker returns what it could not route before it confirms it.
 */
export class ConfirmedPublisher {
  private readonly window: SendWindow<Entry>;
  private readonly entries = new Map<Outgoing, Entry>();
  /** By delivery tag, in their order: a confirm may stand for all up to one. */
  private readonly unconfirmed = new Map<number, Entry>();
  private readonly returned = new Set<string>();
  private readonly kept: KeptChannel<ConfirmChannel>;
  private nextTag = 1;
  private closed = false;

  constructor(private readonly parts: PublisherParts) {
    this.window = new SendWindow(parts.bounds);
    this.kept = new KeptChannel<ConfirmChannel>(parts.link, {
      open: (connection) => connection.createConfirmChannel(),
      setup: (channel) => this.setup(channel),
      ready: () => this.window.setOpen(true),
      lost: (channel, reason) => this.lost(channel, reason),
      failed: (error) => parts.onProblem('a channel for sending could not be opened', error),
    });
  }

  /** Throws when there is no prospect of sending `count` more. */
  requireRoom(count: number): void {
    if (this.closed) throw new NotDeliveredError('the transport is closed');
    if (this.kept.current === undefined && !this.parts.link.promising)
      throw new NotDeliveredError('there is no connection to the broker');
    if (count > this.window.room)
      throw new OverloadedError(
        `${this.parts.bounds.waiting - this.window.room} messages wait to be sent, the bound is ${this.parts.bounds.waiting}`,
      );
  }

  submit(message: Outgoing): void {
    const entry: Entry = {
      message,
      key: message.key,
      bytes: message.content.length,
      startedAt: 0,
      start: () => this.write(entry),
      refuse: (error) => {
        this.entries.delete(message);
        message.failed(error);
      },
    };
    this.entries.set(message, entry);
    this.window.submit(entry);
  }

  /** Takes back what was not written yet, which fails with `error`; `false` when it was written. */
  cancel(message: Outgoing, error: Error): boolean {
    const entry = this.entries.get(message);
    return entry !== undefined && this.window.cancel(entry, error);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.failAll(new Error('the transport was closed'));
    await this.kept.close();
  }

  private async setup(channel: ConfirmChannel): Promise<void> {
    this.nextTag = 1;
    channel.on('return', ({ properties }) => {
      const token: unknown = properties.correlationId;
      if (typeof token === 'string') this.returned.add(token);
    });
    channel.on('ack', ({ deliveryTag, multiple }) => this.answered(deliveryTag, multiple, true));
    channel.on('nack', ({ deliveryTag, multiple }) => this.answered(deliveryTag, multiple, false));
    channel.on('drain', () => this.window.setOpen(this.kept.current === channel));
    await this.parts.setup?.(channel);
  }

  private write(entry: Entry): void {
    const { exchange, routingKey, content, options, token } = entry.message;
    entry.startedAt = performance.now();
    this.parts.metrics.published += 1;
    const tag = this.nextTag;
    this.nextTag += 1;
    this.unconfirmed.set(tag, entry);
    try {
      const roomy = this.kept.current?.publish(exchange, routingKey, content, {
        ...options,
        correlationId: token,
        mandatory: true,
      });
      if (roomy !== true) this.window.setOpen(false);
    } catch {
      // The channel is closing. Its end, which is about to be reported, fails whatever is unconfirmed.
      this.window.setOpen(false);
    }
  }

  private answered(deliveryTag: number, multiple: boolean, taken: boolean): void {
    if (!multiple) return this.settle(deliveryTag, taken);
    for (const tag of this.unconfirmed.keys()) {
      if (tag > deliveryTag) break;
      this.settle(tag, taken);
    }
  }

  private settle(tag: number, taken: boolean): void {
    const entry = this.unconfirmed.get(tag);
    if (entry === undefined) return;
    this.unconfirmed.delete(tag);
    this.entries.delete(entry.message);
    const { message } = entry;
    const returned = this.returned.size > 0 && this.returned.delete(message.token);
    this.count(entry, taken, returned);
    if (returned) message.failed(new ReturnedError(`nobody is there at ${message.routingKey || message.exchange}`));
    else if (taken) message.taken();
    else
      message.failed(
        new OverloadedError(
          `the broker refused a message for ${message.routingKey || message.exchange}: its queue is full`,
        ),
      );
    this.window.settled(entry, taken && !returned);
  }

  private count({ startedAt }: Entry, taken: boolean, returned: boolean): void {
    const { metrics } = this.parts;
    if (returned) metrics.returned += 1;
    else if (!taken) metrics.nacked += 1;
    else metrics.confirmed += 1;
    const seconds = (performance.now() - startedAt) / 1_000;
    metrics.confirmSeconds.count += 1;
    metrics.confirmSeconds.sum += seconds;
    if (seconds > metrics.confirmSeconds.max) metrics.confirmSeconds.max = seconds;
  }

  private lost(channel: ConfirmChannel, reason: Error | undefined): void {
    if (this.kept.current !== undefined && this.kept.current !== channel) return;
    if (!this.closed) this.parts.metrics.channelsLost += 1;
    this.parts.metrics.unconfirmedLost += this.unconfirmed.size;
    this.failAll(reason);
    this.parts.lost?.();
  }

  private failAll(reason: Error | undefined): void {
    this.returned.clear();
    this.unconfirmed.clear();
    for (const { message } of this.window.fail(
      new NotDeliveredError('the connection to the broker was lost before the message was sent'),
    )) {
      this.entries.delete(message);
      message.failed(
        new OutcomeUnknownError(
          `the connection to the broker was lost before it confirmed a message for ${message.routingKey || message.exchange}`,
          { cause: reason },
        ),
      );
    }
  }
}

interface Entry extends Sendable {
  readonly message: Outgoing;
  startedAt: number;
}
