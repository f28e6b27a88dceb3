import { NotDeliveredError, type Envelope } from '@isolith/contracts';
import {
  addressName,
  RemoteRefusedError,
  type Address,
  type Delivery,
  type Impairment,
  type Joining,
  type Listening,
  type Refusal,
  type TakeSetAside,
  type Transport,
  type TransportCapabilities,
} from '@isolith/message-bus';
import type { ChannelModel, Replies } from 'amqplib';
import { Answerer } from './requests/answerer.js';
import { brokerAddresses, type BrokerAddress } from './connection/broker-address.js';
import { ALONE } from './connection/backoff.js';
import { Berth } from './topology/berth.js';
import { Busy } from './consuming/busy.js';
import { claimAll } from './topology/claims.js';
import { Collector } from './consuming/collector.js';
import { Consumer, type ConsumerState } from './consuming/consumer.js';
import { onOwnChannel } from './topology/declare.js';
import { EventSender } from './publishing/event-sender.js';
import { queueImpairment, refusalImpairments } from './topology/impairments.js';
import { KeyedRuns } from './consuming/keyed-runs.js';
import { driverVersion } from './connection/driver-version.js';
import { Link } from './connection/link.js';
import { Writes } from './connection/writes.js';
import { isNotFound } from './topology/objection.js';
import { newMetrics, type RabbitMqMetrics } from './connection/metrics.js';
import { settingsOf, type ProblemSink, type RabbitMqOptions, type TransportSettings } from './connection/options.js';
import { SettingAside } from './consuming/parking.js';
import { PolicyWatch } from './topology/policy-watch.js';
import { PlainPublisher } from './publishing/plain-publisher.js';
import { RareReport } from './connection/rare-report.js';
import { Requester } from './requests/requester.js';
import { TimeSlices } from './consuming/time-slices.js';
import { checkBroker, queuesUsed } from './topology/start-check.js';
import { BROADCAST_EXCHANGE, deadName, malformedName, queueName } from './topology/topology.js';

/** Unconfirmed bytes of one lane, at most; a larger message goes alone. */
const UNCONFIRMED_BYTES = 16 * 2 ** 20;

/** How this host stands with the broker now. */
export interface RabbitMqHealth {
  /** Both connections are open. */
  readonly connected: boolean;
  /** `taken`: messages that it was handed and nobody before, since it listens. */
  readonly consumers: readonly { readonly address: string; readonly state: ConsumerState; readonly taken: number }[];
  readonly impairments: readonly Impairment[];
  /** Messages that came and were no envelope. */
  readonly malformed: number;
  /** Confirms of the broker, and the seconds that they took in all. */
  readonly confirms: { readonly count: number; readonly seconds: number };
  /** When the first certificate ends that the broker has shown at the last connection; absent without TLS. */
  readonly certificateEnd?: number;
  /** Whether policies of the broker can be seen. */
  readonly policies: string;
  /** How messages and acknowledgements get to the socket, and why not directly where they do not. */
  readonly writes: string;
}

/**
 * RabbitMQ, 3.10 and later, as a Transport. Two connections: a broker that is short of memory or disk stops reading
 * from those that publish, and acknowledgements must get through then.
 */
export class RabbitMqTransport implements Transport {
  readonly capabilities: TransportCapabilities;
  private readonly settings: TransportSettings;
  private readonly onProblem: ProblemSink;
  private readonly counters = newMetrics();
  private readonly sending: Link;
  private readonly consuming: Link;
  private readonly berth: (shared: Link) => Berth;
  private readonly policies: PolicyWatch;
  private readonly writes: Writes;
  private readonly requester: Requester;
  private readonly sender: EventSender;
  private readonly answers: PlainPublisher;
  private readonly answerer: Answerer;
  private readonly slices = new TimeSlices();
  private readonly consumers = new Set<Consumer>();
  private readonly collectors = new Set<Collector>();
  private readonly closing = new AbortController();
  private readonly addresses: readonly BrokerAddress[];
  private joining: Joining = { claims: [], listensAt: [], sendsTo: [] };
  private connecting: Promise<void> | undefined;
  private closed: Promise<void> | undefined;

  /**
   * Throws a TypeError that names every wrong option. `driver` is the version of amqplib, default: the installed one's;
   * of one that is not known only what it promises is used.
   */
  constructor(options: RabbitMqOptions, driver = driverVersion()) {
    this.settings = settingsOf(options);
    this.onProblem = options.onProblem ?? (() => undefined);
    const { url, name, prefetch, confirmWindow, maxWaiting, patienceMs } = this.settings;
    this.capabilities = { durable: true, redelivers: true, sharesAddresses: true, maxInFlight: prefetch };
    const { counters: metrics, onProblem } = this;
    this.policies = new PolicyWatch(onProblem);
    this.writes = new Writes(driver, onProblem);
    this.addresses = brokerAddresses(url);
    const link = { addresses: this.addresses, metrics, writes: this.writes, onProblem, admit: this.admit.bind(this) };
    this.sending = new Link({ ...link, name: `${name} sends` });
    this.consuming = new Link({ ...link, name: `${name} consumes` });
    const bounds = { unconfirmed: confirmWindow, unconfirmedBytes: UNCONFIRMED_BYTES, waiting: maxWaiting, patienceMs };
    this.requester = new Requester({ link: this.sending, bounds, metrics, onProblem });
    this.berth = (shared) => new Berth(shared, () => new Link({ ...link, name: `${name} alone`, backoff: ALONE }));
    const berth = (): Berth => this.berth(this.sending);
    this.sender = new EventSender({ link: this.sending, berth, bounds, metrics, onProblem });
    this.answers = new PlainPublisher({ link: this.sending, patienceMs, onProblem });
    this.answerer = new Answerer(this.answers, this.closing.signal);
  }

  /**
   * Resolves when both connections are open. Rejects with NotDeliveredError when the first attempt fails; attempts go
   * on all the same until `close()`, so a host may start without its broker. Later losses are repaired without a call.
   * Rejects with RemoteRefusedError, which names all reasons, when the virtual host belongs to another installation,
   * has a queue with other arguments, or gives the account too few rights.
   */
  connect(joining: Joining = this.joining): Promise<void> {
    this.joining = joining;
    this.connecting ??= this.join(joining);
    return this.connecting;
  }

  private async join(joining: Joining): Promise<void> {
    const refusals = new Map<string, Refusal>();
    try {
      await bothStarted([this.sending.start(), this.consuming.start()]);
    } catch (error) {
      if (!(error instanceof RemoteRefusedError)) throw error;
      for (const refusal of error.refusals) refusals.set(refusal.detail, refusal);
    }
    const address = this.sending.address ?? this.consuming.address;
    if (address !== undefined && joining.listensAt.length + joining.sendsTo.length > 0) {
      // What can't be asked now is told when it is used.
      const found = await checkBroker(address, `${this.settings.name} checks`, joining).catch(() => []);
      for (const refusal of found) refusals.set(refusal.detail, refusal);
    }
    if (address !== undefined && refusals.size === 0) await this.policies.start(address, queuesUsed(joining));
    if (refusals.size > 0) throw new RemoteRefusedError(this.broker, [...refusals.values()]);
  }

  /** All nodes, without the account. */
  private get broker(): string {
    return this.addresses.map(({ shown }) => shown).join(', ');
  }

  private async admit(connection: ChannelModel): Promise<void> {
    const found = await claimAll(connection, this.joining.claims);
    if (found.length > 0) throw new RemoteRefusedError(this.broker, found);
  }

  async send(event: Envelope, to: Address, signal: AbortSignal): Promise<void> {
    await this.sender.send(event, to, signal);
  }

  async request(envelope: Envelope, to: Address, signal: AbortSignal): Promise<Envelope> {
    if (to.lane !== 'requests' && to.lane !== 'queries') throw new TypeError(`${addressName(to)} has no answers`);
    return this.requester.request(envelope, to, signal);
  }

  /**
   * Resolves when the listener consumes. Without a connection it resolves at once; the listener begins when there is
   * one, and `health()` says so. Rejects with QueueMismatchError when the queue exists with other arguments.
   *
   * `setAside` gets what stands in the parking queues of a subscription, of before and of now, from one replica at a
   * time.
   */
  async listen(at: Address, on: (delivery: Delivery) => Promise<void>, setAside?: TakeSetAside): Promise<Listening> {
    this.requireOpen(at);
    // What failed is reported and goes on being tried.
    await this.connect().catch(() => undefined);
    this.requireOpen(at);
    const { onProblem, counters: metrics, answerer, slices } = this;
    const queue = at.lane === 'broadcast' ? BROADCAST_EXCHANGE : queueName(at);
    const consumer = new Consumer(this.berth(this.consuming), this.settings.prefetch, {
      // An async function, so that a listener that throws is one that rejects.
      on: async (delivery) => on(delivery),
      address: at,
      runs: new KeyedRuns(),
      busy: new Busy(),
      slices,
      answerer,
      metrics,
      onProblem,
      parking: at.lane === 'subscription' ? new SettingAside(queue, this.sender, onProblem) : undefined,
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
    const { onProblem, counters: metrics, slices } = this;
    const collectors = [deadName(of), malformedName(of)].map(
      (queue) =>
        new Collector(this.berth(this.consuming), {
          queue,
          take: async (what) => take(what),
          slices,
          metrics,
          onProblem,
        }),
    );
    for (const collector of collectors) this.collectors.add(collector);
    return async () => {
      await Promise.all(collectors.map((collector) => collector.stop()));
      for (const collector of collectors) this.collectors.delete(collector);
    };
  }

  /** A queue that is not there holds nothing. */
  async backlog(at: Address): Promise<number | undefined> {
    return this.countAt(at, ({ messageCount }) => messageCount);
  }

  async takers(at: Address): Promise<number | undefined> {
    return this.countAt(at, ({ consumerCount }) => consumerCount);
  }

  /** What the broker counts of a queue; of one that is not there nothing. */
  private async countAt(at: Address, count: (queue: Replies.AssertQueue) => number): Promise<number | undefined> {
    const connection = this.sending.current;
    if (connection === undefined || at.lane === 'broadcast') return undefined;
    let found = 0;
    try {
      await onOwnChannel(connection, async (channel) => {
        found = count(await channel.checkQueue(queueName(at)));
      });
      return found;
    } catch (error) {
      return isNotFound(error) ? 0 : undefined;
    }
  }

  async close(): Promise<void> {
    this.closed ??= this.end();
    await this.closed;
  }

  /** Ready for traffic when `connected` and all consumers are `consuming`; `impairments` says what is wrong and why. */
  health(): RabbitMqHealth {
    const { count, sum: seconds } = this.counters.confirmSeconds;
    const end = this.sending.certificateEnd ?? this.consuming.certificateEnd;
    return {
      ...(end === undefined ? {} : { certificateEnd: end }),
      confirms: { count, seconds },
      connected: this.sending.current !== undefined && this.consuming.current !== undefined,
      consumers: [...this.consumers].map((consumer) => ({
        address: addressName(consumer.address),
        state: consumer.state,
        taken: consumer.taken,
      })),
      impairments: this.impairments(),
      malformed: this.counters.malformed,
      policies: this.policies.seen,
      writes: this.writes.seen,
    };
  }

  /** A copy of what has been counted until now. */
  metrics(): Readonly<RabbitMqMetrics> {
    return { ...this.counters, confirmSeconds: { ...this.counters.confirmSeconds } };
  }

  private impairments(): readonly Impairment[] {
    const refused = refusalImpairments(this.sending.refused ?? this.consuming.refused);
    // What can't be reached can't be judged.
    const consumed = this.consuming.current === undefined ? [] : this.troublesOfConsumers();
    const sent = this.sending.current === undefined ? [] : this.sender.troubles();
    return [
      ...refused,
      ...this.policies.impairments(),
      ...consumed,
      ...sent.map(([queue, why]) => queueImpairment('relay', queue, `nothing can be sent to its queue: ${why}`)),
    ];
  }

  private troublesOfConsumers(): readonly Impairment[] {
    return [
      ...[...this.consumers].flatMap(({ address, trouble }) =>
        trouble === undefined
          ? []
          : [
              queueImpairment(
                address.lane === 'subscription' ? 'subscription' : 'lane',
                addressName(address),
                `its queue is not consumed: ${trouble}`,
              ),
            ],
      ),
      ...[...this.collectors].flatMap(({ queue, trouble }) =>
        trouble === undefined
          ? []
          : [queueImpairment('subscription', queue, `what was set aside can't be collected: ${trouble}`)],
      ),
    ];
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
    await Promise.all([this.policies.stop(), this.sending.close(), this.consuming.close()]);
  }
}

/** Waits for both, whichever fails first: from then on each link knows whether it is worth waiting for. */
async function bothStarted(starts: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(starts)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
