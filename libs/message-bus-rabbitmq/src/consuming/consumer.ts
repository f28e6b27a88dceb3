import { randomUUID } from 'node:crypto';
import { addressName, type Address } from '@isolith/message-bus';
import type { Channel, ChannelModel } from 'amqplib';
import { atMost, pause } from '../connection/backoff.js';
import type { Berth } from '../topology/berth.js';
import { declareBroadcast, declareOn, QueueMismatchError } from '../topology/declare.js';
import { HandedBackRequests } from './handed-back-requests.js';
import { Intake } from './intake.js';
import type { IntakeParts } from './intake-parts.js';
import { endChannel } from '../connection/end-channel.js';
import { KeptChannel } from '../connection/kept-channel.js';
import { Resignation } from './resignation.js';
import { settlementsApplied } from './settlements-applied.js';
import { troubleOf } from '../topology/trouble.js';
import { BROADCAST_EXCHANGE, broadcastQueue, queueName, queuesOf } from '../topology/topology.js';

/** `resting`: it has left its place to others for a moment, because it can't serve what it gets. */
export type ConsumerState = 'consuming' | 'reconciling' | 'resting';

const CANCEL_TIMEOUT_MS = 2_000;

/** How long a broker may take to take in the last settlements; milliseconds. */
const SETTLED_TIMEOUT_MS = 2_000;

/**
 * When the broker is asked whether it still knows the consumer: soon after its start, then now and then; milliseconds.
 */
const FIRST_LOOK_MS = 500;
const NEXT_LOOK_MS = 5_000;
/** Looks without a consumer, one after the other, that make one believe it. */
const ZEROS = 3;
/** A consumer that came back from a rest takes so few at first. */
const PROBING_PREFETCH = 8;

/** What a consumer is given; the rest of what its intakes share is its own. */
export type ConsumerParts = Omit<IntakeParts, 'handedBack' | 'resignation' | 'others' | 'tookFirst'>;

/**
 * One listener, kept consuming on a channel of its own.
 *
 *   reconciling --> consuming:   the channel is open, the queue declared, the consumer accepted
 *   consuming   --> reconciling: the connection or the channel is lost, or the broker cancels the consumer because the
 *                                queue is gone; then the channel is renewed, and the queue declared again with it
 *   consuming   --> reconciling: the broker, asked now and then, knows of no consumer of the queue, or of no queue
 *   consuming   --> leaving:     it can't serve what it gets and others consume, too: as when it stops, what runs is finished
 *                                and settled, and the channel closed
 *   leaving     --> resting:     for a moment, then reconciling
 *   any         --> stopping:    nothing more is started; what runs is finished and settled
 *   stopping    --> stopped:     the channel is closed, which hands back what is in hand
 *
 * Closing is the one way to hand back that keeps order. The broker puts everything unsettled of a closing channel back
 * in its place, in one step, before it lets the next consumer of the queue begin. A cancelled consumer keeps what it
 * has while the next one already gets later events.
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
  private why: string | undefined;
  private readonly gone = new AbortController();
  private readonly parts: IntakeParts;
  private readonly ordered: boolean;
  /** Nobody else consumed when the broker was asked last. */
  private alone = false;
  /** While it leaves its place, and until when it rests; of the monotonic clock. */
  private leaving = false;
  private restsUntil = 0;
  private firstTaken = 0;

  constructor(
    private readonly link: Berth,
    private readonly prefetch: number,
    parts: ConsumerParts,
  ) {
    this.ordered = parts.address.lane === 'subscription' || parts.address.lane === 'broadcast';
    this.parts = {
      ...parts,
      handedBack: new HandedBackRequests(),
      resignation: new Resignation({ ordered: this.ordered, leave: (ms) => void this.leave(ms) }),
      others: () => !this.alone,
      tookFirst: () => void (this.firstTaken += 1),
    };
    this.started.promise.catch(() => undefined);
    this.kept = new KeptChannel<Channel>(link, {
      open: (connection) => connection.createChannel(),
      setup: (channel, connection) => this.setup(channel, connection),
      ready: () => {
        this.consuming = true;
        this.why = undefined;
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
    if (this.consuming) return 'consuming';
    return performance.now() < this.restsUntil ? 'resting' : 'reconciling';
  }

  /** Messages that it was handed and nobody before, over all its channels. */
  get taken(): number {
    return this.firstTaken;
  }

  /** Why it does not consume although the broker is there; undefined when it does, and when nobody knows. */
  get trouble(): string | undefined {
    return this.why;
  }

  /** Resolves when it consumes, or at once without a connection; rejects with a QueueMismatchError. */
  async start(): Promise<void> {
    if (!this.link.promising) return;
    await this.started.promise;
  }

  stop(): Promise<void> {
    this.gone.abort();
    this.stopping ??= this.end();
    return this.stopping;
  }

  /** Ends the wait for what runs. */
  abandon(): Promise<void> {
    this.abandoned.resolve();
    return this.stop();
  }

  private async setup(channel: Channel, connection: ChannelModel): Promise<void> {
    if (this.stopping !== undefined) return;
    await pause(this.restsUntil - performance.now(), this.gone.signal);
    if (this.stopping !== undefined) return;
    const queue = await this.link.trial(connection, () => this.declare(channel));
    await channel.prefetch(Math.min(this.prefetch, this.parts.resignation.probing ? PROBING_PREFETCH : this.prefetch));
    // The stop may have come while the broker answered: then nothing is taken any more.
    if (this.stopping !== undefined) return;
    const intake = new Intake(channel, this.parts, this.prefetch);
    this.intake = intake;
    const { consumerTag } = await this.link.trial(connection, () =>
      channel.consume(queue, (message) => {
        if (message === null) this.cancelled();
        else intake.receive(message);
      }),
    );
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
    this.alone = found.consumerCount < 2;
    if (this.zeros >= ZEROS) {
      // One that has lost its leader may end the connection of whoever asks for it again.
      this.link.isolate();
      this.cancelled();
    } else this.lookLater(channel, queue, this.zeros > 0 ? FIRST_LOOK_MS : NEXT_LOOK_MS);
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
    if (this.consuming && this.stopping === undefined && !this.leaving) {
      this.parts.metrics.channelsLost += 1;
      this.parts.onProblem(`${addressName(this.address)}: the channel was lost; it is opened again`, reason);
    }
    this.consuming = false;
  }

  private failed(error: unknown): void {
    this.parts.onProblem(`${addressName(this.address)} cannot be consumed; it is tried again`, error);
    this.why = troubleOf(error);
    if (error instanceof QueueMismatchError) this.started.reject(error);
    else this.started.resolve();
  }

  /**
   * Leaves its place to the others for a while. Alone at a lane of requests it stays: nobody else would serve the rest.
   * Whether somebody waits at a subscription the broker does not say: it counts the active consumer only (seen on
   * 3.10).
   */
  private async leave(ms: number): Promise<void> {
    const { current } = this.kept;
    const { address } = this;
    if (current === undefined || address.lane === 'broadcast' || this.leaving || this.stopping !== undefined) return;
    this.leaving = true;
    const asks = !this.ordered && ms > 0;
    const found = asks ? await current.checkQueue(queueName(address)).catch(() => undefined) : undefined;
    this.alone = found !== undefined && found.consumerCount < 2;
    if (!this.alone && this.kept.current === current && this.stopping === undefined) {
      await this.settle(current);
      this.restsUntil = performance.now() + ms;
      if (this.stopping === undefined) await endChannel(current);
    }
    this.leaving = false;
  }

  private async end(): Promise<void> {
    this.started.resolve();
    await this.settle(this.kept.current);
    await this.kept.close();
    await this.link.close();
  }

  /** Starts nothing more, finishes what runs, and sees to it that the queue has taken in how it ended. */
  private async settle(current: Channel | undefined): Promise<void> {
    clearTimeout(this.look);
    this.intake?.leave();
    // Requests have no order: the broker gives what comes from now on to another consumer at once.
    if (!this.ordered && current !== undefined && this.consumerTag !== undefined)
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
  }
}
