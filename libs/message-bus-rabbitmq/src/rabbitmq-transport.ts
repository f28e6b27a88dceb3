import { NotDeliveredError, type Envelope } from '@isolith/contracts';
import {
  addressName,
  type Address,
  type Delivery,
  type Listening,
  type TakeSetAside,
  type Transport,
  type TransportCapabilities,
} from '@isolith/message-bus';
import { Answerer } from './answerer.js';
import { Busy } from './busy.js';
import { Collector } from './collector.js';
import { Consumer, type ConsumerState } from './consumer.js';
import { EventSender } from './event-sender.js';
import { KeyedRuns } from './keyed-runs.js';
import { Link } from './link.js';
import { newMetrics, type RabbitMqMetrics } from './metrics.js';
import { settingsOf, type ProblemSink, type RabbitMqOptions, type Settings } from './options.js';
import { Parking } from './parking.js';
import { PlainPublisher } from './plain-publisher.js';
import { RareReport } from './rare-report.js';
import { Requester } from './requester.js';
import { BROADCAST_EXCHANGE, deadName, malformedName, queueName } from './topology.js';

/** Unconfirmed bytes of one lane, at most; a larger message goes alone. */
const UNCONFIRMED_BYTES = 16 * 2 ** 20;

export interface RabbitMqHealth {
  /** Both connections are open. */
  readonly connected: boolean;
  readonly consumers: readonly { readonly address: string; readonly state: ConsumerState }[];
}

/**
 * RabbitMQ, 3.10 and later, as a Transport. Two connections: a broker that is short of memory or disk stops reading from
 * those that publish, and acknowledgements must get through then.
 */
export class RabbitMqTransport implements Transport {
  readonly capabilities: TransportCapabilities;
  private readonly settings: Settings;
  private readonly onProblem: ProblemSink;
  private readonly counters = newMetrics();
  private readonly sending: Link;
  private readonly consuming: Link;
  private readonly requester: Requester;
  private readonly sender: EventSender;
  private readonly answers: PlainPublisher;
  private readonly answerer: Answerer;
  private readonly consumers = new Set<Consumer>();
  private readonly collectors = new Set<Collector>();
  private readonly closing = new AbortController();
  private connecting: Promise<void> | undefined;
  private closed: Promise<void> | undefined;

  /** Throws a TypeError that names every wrong option. */
  constructor(options: RabbitMqOptions) {
    this.settings = settingsOf(options);
    this.onProblem = options.onProblem ?? (() => undefined);
    const { url, name, prefetch, confirmWindow, maxWaiting, patienceMs } = this.settings;
    this.capabilities = { durable: true, redelivers: true, sharesAddresses: true, maxInFlight: prefetch };
    const { counters: metrics, onProblem } = this;
    this.sending = new Link({ url, name: `${name} sends`, metrics, onProblem });
    this.consuming = new Link({ url, name: `${name} consumes`, metrics, onProblem });
    const bounds = { unconfirmed: confirmWindow, unconfirmedBytes: UNCONFIRMED_BYTES, waiting: maxWaiting, patienceMs };
    this.requester = new Requester({ link: this.sending, bounds, metrics, onProblem });
    this.sender = new EventSender({ link: this.sending, bounds, metrics, onProblem });
    this.answers = new PlainPublisher({ link: this.sending, patienceMs, onProblem });
    this.answerer = new Answerer(this.answers, this.closing.signal);
  }

  /**
   * Resolves when both connections are open. Rejects with NotDeliveredError when the first attempt fails; attempts go on
   * all the same until `close()`, so a host may start without its broker. Later losses are repaired without a call.
   */
  connect(): Promise<void> {
    this.connecting ??= bothStarted([this.sending.start(), this.consuming.start()]);
    return this.connecting;
  }

  async send(batch: readonly Envelope[], to: Address, signal: AbortSignal): Promise<void> {
    await this.sender.send(batch, to, signal);
  }

  async request(envelope: Envelope, to: Address, signal: AbortSignal): Promise<Envelope> {
    if (to.lane !== 'requests' && to.lane !== 'queries') throw new TypeError(`${addressName(to)} has no answers`);
    return this.requester.request(envelope, to, signal);
  }

  /**
   * Resolves when the listener consumes. Without a connection it resolves at once; the listener begins when there is
   * one, and `health()` says so. Rejects with QueueMismatchError when the queue exists with other arguments.
   *
   * `setAside` gets what stands in the parking queues of a subscription, of before and of now, from one replica at a time.
   */
  async listen(at: Address, on: (delivery: Delivery) => Promise<void>, setAside?: TakeSetAside): Promise<Listening> {
    this.requireOpen(at);
    // What failed is reported and goes on being tried.
    await this.connect().catch(() => undefined);
    this.requireOpen(at);
    const { onProblem, counters: metrics, answerer } = this;
    const queue = at.lane === 'broadcast' ? BROADCAST_EXCHANGE : queueName(at);
    const consumer = new Consumer(this.consuming, this.settings.prefetch, {
      // An async function, so that a listener that throws is one that rejects.
      on: async (delivery) => on(delivery),
      address: at,
      runs: new KeyedRuns(),
      busy: new Busy(),
      answerer,
      metrics,
      onProblem,
      parking: at.lane === 'subscription' ? new Parking(queue, this.sender, onProblem) : undefined,
      unreadable: new RareReport(
        `what came at ${addressName(at)} was no envelope; it was refused and is kept nowhere`,
        onProblem,
      ),
      untold: new RareReport(
        `a caller could not be told that its request at ${addressName(at)} was not readable`,
        onProblem,
      ),
    });
    this.consumers.add(consumer);
    const stop = async (): Promise<void> => {
      await consumer.stop();
      this.consumers.delete(consumer);
    };
    try {
      await consumer.start();
    } catch (error) {
      await stop();
      throw error;
    }
    const stopCollecting =
      setAside === undefined || at.lane !== 'subscription' ? undefined : this.collect(queue, setAside);
    return { stop: async () => void (await Promise.all([stop(), stopCollecting?.()])) };
  }

  private collect(of: string, take: TakeSetAside): () => Promise<void> {
    const { onProblem, counters: metrics } = this;
    const collectors = [deadName(of), malformedName(of)].map(
      (queue) => new Collector(this.consuming, { queue, take: async (what) => take(what), metrics, onProblem }),
    );
    for (const collector of collectors) this.collectors.add(collector);
    return async () => {
      await Promise.all(collectors.map((collector) => collector.stop()));
      for (const collector of collectors) this.collectors.delete(collector);
    };
  }

  async close(): Promise<void> {
    this.closed ??= this.end();
    await this.closed;
  }

  /** Ready for traffic when `connected` and all consumers are `consuming`. */
  health(): RabbitMqHealth {
    return {
      connected: this.sending.current !== undefined && this.consuming.current !== undefined,
      consumers: [...this.consumers].map((consumer) => ({
        address: addressName(consumer.address),
        state: consumer.state,
      })),
    };
  }

  /** A copy of what has been counted until now. */
  metrics(): Readonly<RabbitMqMetrics> {
    return { ...this.counters, confirmSeconds: { ...this.counters.confirmSeconds } };
  }

  private requireOpen(at: Address): void {
    if (this.closing.signal.aborted)
      throw new NotDeliveredError(`the transport is closed; nobody can listen at ${addressName(at)}`);
  }

  /** First the waits, then the channels, so that what is written goes out, and the connections last. */
  private async end(): Promise<void> {
    this.closing.abort();
    const consumers = [...this.consumers, ...this.collectors].map((consumer) => consumer.abandon());
    await Promise.all([...consumers, this.requester.close(), this.sender.close(), this.answers.close()]);
    this.consumers.clear();
    this.collectors.clear();
    await Promise.all([this.sending.close(), this.consuming.close()]);
  }
}

/** Waits for both, whichever fails first: from then on each link knows whether it is worth waiting for. */
async function bothStarted(starts: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(starts)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
