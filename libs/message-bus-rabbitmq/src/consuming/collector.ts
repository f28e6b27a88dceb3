import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { pause } from '../connection/backoff.js';
import type { Berth } from '../topology/berth.js';
import { Busy } from './busy.js';
import { declareOn } from '../topology/declare.js';
import { KeptChannel } from '../connection/kept-channel.js';
import { KeyedRuns } from './keyed-runs.js';
import type { Settling } from './settling.js';
import { settlingOn } from './settling-on.js';
import { SetAsideRun, type CollectingParts } from './set-aside-run.js';
import { parkingQueue } from '../topology/topology.js';
import { troubleOf } from '../topology/trouble.js';

/** Messages in the hands of one collector: whoever waits for another attempt holds up few others. */
const IN_HAND = 16;

/** Between two looks at who collects; each takes a random part of it more. Milliseconds. */
const LOOK_MS = 2_500;
/** The first look is spread, because replicas start together. */
const FIRST_LOOK_MS = 500;

/**
 * Brings what stands in one parking queue to the listener that it was meant for, in its order per subject. For that
 * order one replica collects at a time, and who it is shows at the broker:
 *
 *   watching   --> collecting: a look finds no consumer
 *   collecting --> watching:   a look finds another one beside this: both began at the same moment, both let go
 *   either     --> watching:   the channel is lost, or the broker ends the consumer
 *   either     --> stopped:    what is being kept is finished and settled; the channel is closed, which hands back the rest
 */
export class Collector {
  private readonly kept: KeptChannel<Channel>;
  private readonly runs = new KeyedRuns();
  private readonly busy = new Busy();
  private readonly leaving = new AbortController();
  private readonly abandoned = Promise.withResolvers<void>();
  private collecting: { readonly settling: Settling; readonly leaving: AbortController } | undefined;
  private stopping: Promise<void> | undefined;
  private connection: ChannelModel | undefined;
  private why: string | undefined;
  private readonly parts: CollectingParts;

  constructor(
    private readonly link: Berth,
    parts: Omit<CollectingParts, 'busy'>,
  ) {
    this.parts = { ...parts, busy: this.busy };
    this.kept = new KeptChannel<Channel>(link, {
      open: (connection) => connection.createChannel(),
      setup: async (channel, connection) => {
        await link.trial(connection, () => declareOn(channel, [parkingQueue(parts.queue)]));
        await channel.prefetch(IN_HAND);
        this.connection = connection;
      },
      ready: (channel) => void this.watch(channel),
      lost: () => this.letGo(),
      failed: (error) => this.failed(error),
    });
  }

  /** Why what was set aside stays where it is; undefined when nothing is wrong. */
  get trouble(): string | undefined {
    return this.why;
  }

  get queue(): string {
    return this.parts.queue;
  }

  private failed(error: unknown): void {
    this.why = troubleOf(error);
    this.parts.onProblem(`${this.parts.queue} cannot be collected; it is tried again`, error);
  }

  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  /** Ends the wait for what is being kept. */
  abandon(): Promise<void> {
    this.abandoned.resolve();
    return this.stop();
  }

  private async watch(channel: Channel): Promise<void> {
    await this.rest(FIRST_LOOK_MS);
    while (this.uses(channel)) {
      try {
        const { consumerCount } = await channel.checkQueue(this.parts.queue);
        if (!this.uses(channel)) return;
        if (consumerCount === 0 && this.collecting === undefined) await this.collect(channel);
        else if (consumerCount !== 1 && this.collecting !== undefined) return this.kept.renew();
      } catch (error) {
        // A channel that the broker closed opens again by itself.
        if (this.stopping === undefined) this.failed(error);
        if (!this.uses(channel)) return;
      }
      await this.rest(LOOK_MS);
    }
  }

  private uses(channel: Channel): boolean {
    return this.kept.current === channel && this.stopping === undefined;
  }

  private async collect(channel: Channel): Promise<void> {
    const { connection } = this;
    if (connection === undefined) return;
    const collecting = { settling: settlingOn(channel), leaving: new AbortController() };
    this.collecting = collecting;
    const origin = { signal: collecting.leaving.signal, settling: collecting.settling };
    const take = (message: ConsumeMessage | null): void => {
      if (message === null) return this.kept.renew();
      collecting.settling.delivered(message.fields.deliveryTag);
      this.parts.slices.run(() => {
        if (!collecting.leaving.signal.aborted) this.runs.add(new SetAsideRun(message, origin, this.parts));
      });
    };
    await this.link.trial(connection, () => channel.consume(this.parts.queue, take));
    this.why = undefined;
  }

  private letGo(): void {
    this.collecting?.leaving.abort();
    this.collecting?.settling.end();
    this.collecting = undefined;
  }

  private async rest(ms: number): Promise<void> {
    await pause(ms + Math.random() * ms, this.leaving.signal);
  }

  private async end(): Promise<void> {
    this.leaving.abort();
    this.collecting?.leaving.abort();
    await Promise.race([this.busy.idle(), this.abandoned.promise]);
    this.collecting?.settling.flush();
    this.letGo();
    await this.kept.close();
    await this.link.close();
  }
}
