import type { RelayStatus } from '@isolith/journal';
import { JournalHost } from '@isolith/journal/nest';
import { HandBacks, Impairments } from '@isolith/message-bus';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { Metrics, type Reading } from '@isolith/observability';
import { type Circuit, ResilienceRegistry } from '@isolith/resilience';
import { SagaStatus } from '@isolith/saga/nest';
import { Inject, Injectable, Logger, Optional } from '@nestjs/common';
import type { HostConfig } from '../config/host-config.js';
import { RefusedSenders } from '../remote/refused-senders.js';
import { RemoteLink } from '../remote/remote-link.js';
import { SharedSecretMessages } from '../remote/shared-secret-messages.js';
import { UnprovedMessages } from '../remote/unproved-messages.js';
import { HOST_CONFIG } from '../config/tokens.js';

const CIRCUIT: Readonly<Record<Circuit, number>> = { closed: 0, 'half-open': 1, open: 2 };

/** The metrics of the parts that a host is made of, read when they are asked for. */
@Injectable()
export class HostMetrics {
  readonly #log = new Logger('metrics');
  /** Three metrics show the same counts: those that ask while a read is under way share it. */
  #counting: ReturnType<SagaStatus['counts']> | undefined;

  constructor(
    metrics: Metrics,
    private readonly resilience: ResilienceRegistry,
    private readonly journal: JournalHost,
    private readonly lifecycle: HostLifecycle,
    private readonly impairments: Impairments,
    @Inject(HOST_CONFIG) private readonly config: HostConfig,
    refused: RefusedSenders,
    unproved: UnprovedMessages,
    sharedSecret: SharedSecretMessages,
    handBacks: HandBacks,
    link: RemoteLink,
    @Optional() private readonly sagas?: SagaStatus,
  ) {
    const missing = (error: unknown): void => this.#log.warn({ message: 'a metric could not be read', err: error });
    const byPolicy = ['policy'];
    metrics.observe(
      { name: 'circuit_breaker_state', help: '0 closed, 1 half-open, 2 open.', labels: byPolicy },
      () => this.#circuits(),
      missing,
    );
    metrics.observe(
      { name: 'bulkhead_running', help: 'Calls that hold a slot.', labels: byPolicy },
      () => this.#bulkheads('running'),
      missing,
    );
    metrics.observe(
      { name: 'bulkhead_queued', help: 'Calls that wait for a slot.', labels: byPolicy },
      () => this.#bulkheads('queued'),
      missing,
    );
    metrics.observe(
      {
        name: 'journal_lag_events',
        help: 'Journal positions that a subscription has not been served yet.',
        labels: ['producer', 'subscription'],
      },
      () => this.#relayed(({ lag }) => lag),
      missing,
    );
    metrics.observe(
      {
        name: 'journal_oldest_waiting_seconds',
        help: 'For how long its host has had the event that a subscription waits for and has not been handed; 0 when none waits.',
        labels: ['producer', 'subscription'],
      },
      () => this.#relayed(({ oldestUnfinishedMs }) => oldestUnfinishedMs / 1_000),
      missing,
    );
    metrics.observe(
      {
        name: 'journal_horizon_age_seconds',
        help: 'Age of the oldest open transaction that holds readers of the journals back.',
        labels: ['contexts'],
      },
      () => this.#horizon(),
      missing,
    );
    const bySubscription = ['context', 'subscription'];
    metrics.observe(
      { name: 'parked_messages', help: 'Messages that wait for an operator.', labels: bySubscription },
      () => this.#parked('messages'),
      missing,
    );
    metrics.observe(
      { name: 'parked_sequences', help: 'Keys whose events wait for an operator.', labels: bySubscription },
      () => this.#parked('sequences'),
      missing,
    );
    metrics.observe(
      { name: 'saga_needs_attention', help: 'Sagas that wait for an operator.', labels: ['saga'] },
      () => this.#needAttention(),
      missing,
    );
    metrics.observe(
      { name: 'message_refused_senders', help: 'Messages whose sender could not be established, since the start.' },
      () => [{ value: refused.count }],
      missing,
    );
    metrics.observe(
      {
        name: 'message_unproved_total',
        help: 'Messages, since the start, of hosts of a release that proves none: while it stays 0, MESSAGE_PROOFS may be required.',
        type: 'counter',
      },
      () => [{ value: unproved.count }],
      missing,
    );
    metrics.observe(
      {
        name: 'message_shared_secret_total',
        help: 'Messages, since the start, of hosts that use no key of their own, where this one has one: while it stays 0, SERVICE_IDENTITY may be required.',
        type: 'counter',
      },
      () => [{ value: sharedSecret.count }],
      missing,
    );
    metrics.observe(
      {
        name: 'message_malformed_total',
        help: 'Messages from other hosts that were no envelope, since the start.',
        type: 'counter',
      },
      () => [{ value: link.health()?.malformed ?? 0 }],
      missing,
    );
    const confirms = (what: 'count' | 'seconds'): readonly Reading[] => {
      const value = link.health()?.confirms?.[what];
      return value === undefined ? [] : [{ value }];
    };
    metrics.observe(
      {
        name: 'message_confirms_total',
        help: 'Messages that the broker has confirmed or refused, since the start; none is shown without a broker.',
        type: 'counter',
      },
      () => confirms('count'),
      missing,
    );
    metrics.observe(
      {
        name: 'message_confirm_seconds_total',
        help: 'Seconds until it did, in all, since the start.',
        type: 'counter',
      },
      () => confirms('seconds'),
      missing,
    );
    metrics.observe(
      {
        name: 'message_handed_back_total',
        help: 'Deliveries that this host could not serve and left to others, since the start, by what it lacks.',
        labels: ['context', 'lack'],
        type: 'counter',
      },
      () => handBacks.counts().map(({ context, lack, count }) => ({ labels: { context, lack }, value: count })),
      missing,
    );
    metrics.observe(
      { name: 'saga_count', help: 'Sagas there are.', labels: ['saga', 'status'] },
      () => this.#sagaCounts(),
      missing,
    );
    metrics.observe(
      { name: 'saga_completion_rate', help: 'Completed sagas among those that ended.', labels: ['saga'] },
      () => this.#completionRates(),
      missing,
    );
    metrics.observe(
      {
        name: 'host_impaired_seconds',
        help: 'For how long something that this host should do has not been done; none is shown while all is well.',
        labels: ['kind', 'name'],
      },
      () => this.#impaired(),
      missing,
    );
  }

  #circuits(): readonly Reading[] {
    return this.resilience.all().flatMap((policies) => {
      const { name, breaker } = policies.state();
      return breaker === undefined ? [] : [{ labels: { policy: name }, value: CIRCUIT[breaker] }];
    });
  }

  #bulkheads(field: 'running' | 'queued'): readonly Reading[] {
    return this.resilience.all().flatMap((policies) => {
      const { name, bulkhead } = policies.state();
      return bulkhead === undefined ? [] : [{ labels: { policy: name }, value: bulkhead[field] }];
    });
  }

  async #relayed(value: (status: RelayStatus) => number): Promise<readonly Reading[]> {
    // Before and after, there is nothing to ask: the databases are not open.
    if (this.lifecycle.phase !== 'started') return [];
    // Whoever leads a subscription serves it; on the others the same lag would be counted once more.
    return (await this.journal.status())
      .filter(({ leader }) => leader)
      .map((status) => ({
        labels: { producer: status.producer, subscription: `${status.context}.${status.subscription}` },
        value: value(status),
      }));
  }

  async #horizon(): Promise<readonly Reading[]> {
    if (this.lifecycle.phase !== 'started') return [];
    return (await this.journal.horizon()).map(({ contexts, seconds }) => ({
      labels: { contexts: contexts.join(',') },
      value: seconds,
    }));
  }

  async #parked(what: 'messages' | 'sequences'): Promise<readonly Reading[]> {
    if (this.lifecycle.phase !== 'started') return [];
    const counted = await Promise.all(
      this.config.placement.here.map(async (context) =>
        ((await this.journal.parked(context)?.counts()) ?? []).map((count) => ({
          labels: { context, subscription: count.subscription },
          value: count[what],
        })),
      ),
    );
    return counted.flat();
  }

  /** A saga that never needed anybody shows 0: an alert can be written before it is needed. */
  async #needAttention(): Promise<readonly Reading[]> {
    return (await this.#counts())
      .filter(({ status }) => status === 'needs-attention')
      .map(({ name, count }) => ({ labels: { saga: name }, value: count }));
  }

  async #sagaCounts(): Promise<readonly Reading[]> {
    return (await this.#counts()).map(({ name, status, count }) => ({ labels: { saga: name, status }, value: count }));
  }

  async #completionRates(): Promise<readonly Reading[]> {
    const counts = await this.#counts();
    const sum = (saga: string, ...statuses: readonly string[]): number =>
      counts
        .filter(({ name, status }) => name === saga && statuses.includes(status))
        .reduce((total, { count }) => total + count, 0);
    return [...new Set(counts.map(({ name }) => name))].flatMap((saga) => {
      const ended = sum(saga, 'completed', 'compensated', 'taken-over');
      return ended === 0 ? [] : [{ labels: { saga }, value: sum(saga, 'completed') / ended }];
    });
  }

  #impaired(): readonly Reading[] {
    // Two parts may have said the same, each for its own reason: what has lasted longest comes first and is the one to
    // show.
    const longest = new Map<string, Reading>();
    for (const { kind, name, seconds } of this.impairments.current()) {
      const id = `${kind} ${name}`;
      if (!longest.has(id)) longest.set(id, { labels: { kind, name }, value: seconds });
    }
    return [...longest.values()];
  }

  async #counts(): ReturnType<SagaStatus['counts']> {
    if (this.lifecycle.phase !== 'started' || this.sagas === undefined) return [];
    this.#counting ??= this.sagas.counts().finally(() => {
      this.#counting = undefined;
    });
    return this.#counting;
  }
}
