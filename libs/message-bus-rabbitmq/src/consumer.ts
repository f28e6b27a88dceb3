import { randomUUID } from 'node:crypto';
import { addressName, type Address } from '@isolith/message-bus';
import type { Channel } from 'amqplib';
import { atMost } from './backoff.js';
import { declareBroadcast, declareOn, QueueMismatchError } from './declare.js';
import { Intake } from './intake.js';
import type { IntakeParts } from './intake-parts.js';
import { KeptChannel } from './kept-channel.js';
import type { Link } from './link.js';
import { settlementsApplied } from './settlements-applied.js';
import { BROADCAST_EXCHANGE, broadcastQueue, queueName, queuesOf } from './topology.js';

export type ConsumerState = 'consuming' | 'reconciling';

const CANCEL_TIMEOUT_MS = 2_000;

/** How long a broker may take to take in the last settlements; milliseconds. */
const SETTLED_TIMEOUT_MS = 2_000;

/** When the broker is asked whether it still knows the consumer: soon after its start, then now and then; milliseconds. */
const FIRST_LOOK_MS = 500;
const NEXT_LOOK_MS = 5_000;
/** Looks without a consumer, one after the other, that make one believe it. */
const ZEROS = 3;

/**
 * One listener, kept consuming on a channel of its own.
 *
 *   reconciling --> consuming:   the channel is open, the queue declared, the consumer accepted
 *   consuming   --> reconciling: the connection or the channel is lost, or the broker cancels the consumer because the
 *                                queue is gone; then the channel is renewed, and the queue declared again with it
 *   consuming   --> reconciling: the broker, asked now and then, knows of no consumer of the queue, or of no queue
 *   either      --> stopping:    nothing more is started; what runs is finished and settled
 *   stopping    --> stopped:     the channel is closed, which hands back what is in hand
 *
 * Closing is the one way to hand back that keeps order. The broker puts everything unsettled of a closing channel back
 * in its place, in one step, before it lets the next consumer of the queue begin. A cancelled consumer keeps what it has
 * while the next one already gets later events.
 */
export class Consumer {
  private readonly kept: KeptChannel<Channel>;
  private readonly started = Promise.withResolvers<void>();
  private readonly abandoned = Promise.withResolvers<void>();
  private intake: Intake | undefined;
  private consumerTag: string | undefined;
  private look: NodeJS.Timeout | undefined;
  /** Looks in a row that found no consumer. */
  private zeros = 0;
  private consuming = false;
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly link: Link,
    private readonly prefetch: number,
    private readonly parts: IntakeParts,
  ) {
    this.started.promise.catch(() => undefined);
    this.kept = new KeptChannel<Channel>(link, {
      open: (connection) => connection.createChannel(),
      setup: (channel) => this.setup(channel),
      ready: () => {
        this.consuming = true;
        this.started.resolve();
      },
      lost: (_, reason) => this.lost(reason),
      failed: (error) => this.failed(error),
    });
  }

  get address(): Address {
    return this.parts.address;
  }

  get state(): ConsumerState {
    return this.consuming ? 'consuming' : 'reconciling';
  }

  /** Resolves when it consumes, or at once without a connection; rejects with a QueueMismatchError. */
  async start(): Promise<void> {
    if (!this.link.promising) return;
    await this.started.promise;
  }

  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  /** Ends the wait for what runs. */
  abandon(): Promise<void> {
    this.abandoned.resolve();
    return this.stop();
  }

  private async setup(channel: Channel): Promise<void> {
    if (this.stopping !== undefined) return;
    const queue = await this.declare(channel);
    await channel.prefetch(this.prefetch);
    // The stop may have come while the broker answered: then nothing is taken any more.
    if (this.stopping !== undefined) return;
    const intake = new Intake(channel, this.parts, this.prefetch);
    this.intake = intake;
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (message === null) this.cancelled();
      else intake.receive(message);
    });
    this.consumerTag = consumerTag;
    this.zeros = 0;
    this.lookLater(channel, queue, FIRST_LOOK_MS);
  }

  private lookLater(channel: Channel, queue: string, ms: number): void {
    clearTimeout(this.look);
    this.look = setTimeout(() => void this.lookAt(channel, queue), ms).unref();
  }

  private async lookAt(channel: Channel, queue: string): Promise<void> {
    // A queue that is gone closes the channel, and with it all begins anew.
    const found = await channel.checkQueue(queue).catch(() => undefined);
    if (found === undefined || this.kept.current !== channel || this.stopping !== undefined) return;
    // One answer of none may come from a queue that is electing its leader. The count is that of all consumers: beside
    // another replica a lost one goes unnoticed until its channel ends.
    this.zeros = found.consumerCount === 0 ? this.zeros + 1 : 0;
    if (this.zeros >= ZEROS) this.cancelled();
    else this.lookLater(channel, queue, this.zeros > 0 ? FIRST_LOOK_MS : NEXT_LOOK_MS);
  }

  private async declare(channel: Channel): Promise<string> {
    const { address } = this.parts;
    if (address.lane !== 'broadcast') {
      await declareOn(channel, queuesOf(address));
      return queueName(address);
    }
    const queue = broadcastQueue(`${BROADCAST_EXCHANGE}.${randomUUID()}`);
    await declareBroadcast(channel);
    await declareOn(channel, [queue]);
    await channel.bindQueue(queue.name, BROADCAST_EXCHANGE, '');
    return queue.name;
  }

  private cancelled(): void {
    this.parts.onProblem(`${addressName(this.address)}: the broker ended the consumer; it begins again`, undefined);
    this.kept.renew();
  }

  private lost(reason: Error | undefined): void {
    clearTimeout(this.look);
    this.intake?.end();
    this.intake = undefined;
    if (this.consuming && this.stopping === undefined) {
      this.parts.metrics.channelsLost += 1;
      this.parts.onProblem(`${addressName(this.address)}: the channel was lost; it is opened again`, reason);
    }
    this.consuming = false;
  }

  private failed(error: unknown): void {
    this.parts.onProblem(`${addressName(this.address)} cannot be consumed; it is tried again`, error);
    if (error instanceof QueueMismatchError) this.started.reject(error);
    else this.started.resolve();
  }

  private async end(): Promise<void> {
    const { lane } = this.address;
    this.started.resolve();
    clearTimeout(this.look);
    this.intake?.leave();
    // Requests have no order: the broker gives what comes from now on to another consumer at once.
    const { current } = this.kept;
    if ((lane === 'requests' || lane === 'queries') && current !== undefined && this.consumerTag !== undefined)
      await atMost(CANCEL_TIMEOUT_MS, Promise.race([current.cancel(this.consumerTag), this.abandoned.promise]));
    await Promise.race([this.parts.busy.idle(), this.abandoned.promise]);
    this.intake?.settling.flush();
    if (current !== undefined)
      await atMost(
        SETTLED_TIMEOUT_MS,
        Promise.race([settlementsApplied(current, this.address), this.abandoned.promise]),
      );
    this.parts.metrics.handedBack += this.intake?.settling.size ?? 0;
    this.intake?.end();
    this.consuming = false;
    await this.kept.close();
  }
}
