import { runAs, type Waiting } from '@isolith/message-bus';
import { rewindSubscription, type Rewound } from '../subscriptions/rewind.js';
import { Absence } from './absence.js';
import { backoffMs } from './backoff.js';
import type { ContextJournal } from '../context/context-journal.js';
import type { JournalReader } from './journal-reader.js';
import { LeaseTable, type Lease, type SubscriptionName } from '../subscriptions/lease-table.js';
import type { RelayStatus } from './relay-status.js';
import type { Replicas } from './replicas.js';
import { leasesWaiting, relayWaiting, unledWaiting } from './relay-waits.js';
import { SubscriptionRelay } from './subscription-relay.js';
import type { Deliver, Report, Subscriber } from '../subscriptions/subscriber.js';
import { WakeUp } from './wake-up.js';

export interface JournalRelaysParts {
  readonly journal: ContextJournal;
  readonly subscribers: readonly Subscriber[];
  readonly reader: JournalReader;
  readonly deliver: Deliver;
  readonly report: Report;
  /** A uuid of this host. */
  readonly holder: string;
  /**
   * The other hosts on this database; undefined where there can be none, because the database belongs to this process
   * alone.
   */
  readonly replicas: Replicas | undefined;
  readonly pollMs: number;
  readonly takersAreHere?: boolean;
  /** False while others can't take what this host hands over: then it leads nothing. Default: always true. */
  readonly mayLead?: () => boolean;
  readonly timing?: Partial<RelayTiming>;
}

/** In milliseconds. */
export interface RelayTiming {
  /** How often leases are renewed; default 1,500, a third of what a lease holds: two renewals may fail. */
  readonly renewMs: number;
  /** How often a follower looks whether the leader is still there; default 1,000. */
  readonly claimMs: number;
  /**
   * How long all hosts that take more types of a subscription must have been away before this one serves it without
   * them; default 60,000.
   */
  readonly absentMs: number;
}

/** What is finished is stored this much later, all of it at once: a crash costs second deliveries of this long. */
const STORE_MS = 200;
/** A subscription that nobody has led for this long is worth a look at what waits for it. */
const UNLED_MS = 3_000;
/** Positions without an event for a subscriber that are passed over before that alone is worth a statement. */
const PASSED_OVER = 1_000;

/**
 * The subscriptions of one journal as this host serves them: each is led here, or followed, which is to wait until its
 * leader releases it or goes silent. One loop asks the database for all of them:
 *
 *   keep    every 1.5 s, and 0.2 s after an event is finished: renews all leases and stores all watermarks, one
 *           statement. What it does not get back was taken over: this host follows it from now on.
 *   claim   every second while there is something to follow, and at once when a leader says that it has released one.
 *
 *   stand down  while this host may not lead: gives back what it leads and claims nothing; looks again as often as it
 *               would claim.
 *
 * Without replicas every lease is free and none runs out: what is not claimed at the start is tried again, and only
 * watermarks are stored.
 */
export class JournalRelays {
  private readonly table: LeaseTable;
  private readonly timing: RelayTiming;
  private readonly relays: readonly SubscriptionRelay[];
  private readonly due = new WakeUp();
  private readonly forget: (() => void)[] = [];
  private loop: Promise<void> = Promise.resolve();
  private stopped = false;
  private keptAt = 0;
  private claimedAt = 0;
  private finishedAt: number | undefined;
  private failures = 0;
  /** Renewals have failed since then, at last with this. */
  private failing: { readonly since: number; readonly error: unknown } | undefined;

  constructor(private readonly parts: JournalRelaysParts) {
    const { journal, subscribers, replicas } = parts;
    this.table = new LeaseTable(journal, parts.holder, replicas === undefined);
    this.timing = { renewMs: 1_500, claimMs: 1_000, absentMs: 60_000, ...parts.timing };
    const absence = (): Absence => new Absence(this.timing.absentMs, this.timing.claimMs);
    this.relays = subscribers.map(
      (subscriber) => new SubscriptionRelay({ ...parts, subscriber, onFinished: () => this.finishedOne() }, absence()),
    );
  }

  /** Whose journal it is. */
  get context(): string {
    return this.parts.journal.context;
  }

  /** Resolves when it is settled where the subscriptions begin; those that are free are served from then on. */
  async start(): Promise<void> {
    const { journal, subscribers, reader, replicas } = this.parts;
    if (subscribers.length === 0) return;
    const end = subscribers.some(({ from }) => from === 'now') ? await reader.end() : 0;
    await this.table.begin(subscribers.map((each) => ({ ...each, position: each.from === 'now' ? end : 0 })));
    this.forget.push(journal.signal.onCommit(journal.context, (types) => this.committedHere(types)));
    if (replicas !== undefined) this.forget.push(replicas.onNews(journal.context, (news) => this.heard(news)));
    if (this.mayLead()) await this.claim();
    this.loop = runAs(journal.context, () => this.uphold());
  }

  async status(): Promise<RelayStatus[]> {
    if (this.relays.length === 0) return [];
    const [end, stored] = await Promise.all([this.parts.reader.end(), this.table.stored()]);
    return this.relays.map((relay) => relay.status(end, stored.find((row) => relay.is(row))?.position ?? 0));
  }

  /**
   * Sets a subscription back, whoever serves it; see rewindSubscription. It goes on from there at once, or within a
   * renewal at another host.
   */
  async rewind(subscription: SubscriptionName, to: number): Promise<Rewound | undefined> {
    const rewound = await rewindSubscription(this.parts.journal, subscription, to);
    if (rewound === undefined) return undefined;
    // Its lease is void: to be found out now, and claimed anew right after.
    this.finishedAt = -Infinity;
    this.claimedAt = -Infinity;
    this.due.ring();
    return rewound;
  }

  /** What waits in what this host leads. */
  waiting(): readonly Waiting[] {
    const { context } = this.parts.journal;
    const { failing } = this;
    const leases =
      failing === undefined ? [] : [leasesWaiting(context, performance.now() - failing.since, failing.error)];
    return this.relays.reduce<Waiting[]>((all, relay) => {
      const wait = relay.waits();
      if (wait !== undefined) all.push(relayWaiting(context, relay, wait));
      return all;
    }, leases);
  }

  /** For how long an open transaction has held back what this host leads, in milliseconds; 0: it does not. */
  get heldMs(): number {
    return Math.max(0, ...this.relays.map((relay) => relay.heldMs));
  }

  /** What waits for subscriptions that nobody leads. Asks the database only when there are some. */
  async unled(): Promise<readonly Waiting[]> {
    const free = this.relays.filter(({ withheldMs }) => withheldMs > UNLED_MS);
    if (free.length === 0) return [];
    const { context } = this.parts.journal;
    return (await this.table.behind(free)).map((of) => {
      // Events may be older than the time since which nobody leads it.
      const withheldMs = free.find((relay) => relay.is(of))?.withheldMs ?? 0;
      return unledWaiting(context, of, {
        waitedMs: Math.min(of.waitedMs, withheldMs),
        token: String(of.position),
      });
    });
  }

  /**
   * Ends the serving of each subscription, stores how far it came and releases it, as soon as what is being delivered
   * of it has ended or the signal aborts. Leases are renewed meanwhile.
   */
  async stop(signal: AbortSignal): Promise<void> {
    for (const forget of this.forget.splice(0)) forget();
    const released = await Promise.allSettled(this.relays.map((relay) => this.release(relay, signal)));
    await this.endLoop();
    const failed = released.find((result) => result.status === 'rejected');
    if (failed !== undefined)
      this.report(
        'a subscription was not released; another host takes it over when its lease runs out, and it gets some events again',
        failed.reason,
      );
  }

  /** Ends as a crash would: nothing is stored, nothing released. */
  async abandon(): Promise<void> {
    for (const forget of this.forget.splice(0)) forget();
    for (const relay of this.relays) relay.lose();
    await this.endLoop();
  }

  private async release(relay: SubscriptionRelay, signal: AbortSignal): Promise<void> {
    const lease = await relay.finish(signal);
    if (lease !== undefined) await this.giveBack(lease);
  }

  private async giveBack(lease: Lease): Promise<void> {
    await this.table.release(lease);
    this.parts.replicas?.tell(this.parts.journal.context, 'released');
  }

  private async endLoop(): Promise<void> {
    this.stopped = true;
    this.due.ring();
    await this.loop;
  }

  private async uphold(): Promise<void> {
    while (!this.stopped) {
      await this.due.wait(this.dueInMs());
      if (this.stopped) return;
      const now = performance.now();
      try {
        if (this.mayLead()) {
          if (now >= this.keepAt()) await this.keep();
          if (now >= this.claimAt()) await this.claim();
        } else await this.standDown();
        this.failures = 0;
        this.failing = undefined;
      } catch (error) {
        this.failures += 1;
        this.failing = { since: this.failing?.since ?? now, error };
        this.finishedAt ??= performance.now();
        for (const relay of this.relays) relay.withheld();
        this.report(`leases could not be renewed, ${this.failures} times in a row`, error);
        await this.due.wait(backoffMs(this.failures));
      }
    }
  }

  private mayLead(): boolean {
    return this.parts.mayLead?.() ?? true;
  }

  private async standDown(): Promise<void> {
    this.claimedAt = performance.now();
    for (const relay of this.relays) {
      const lease = relay.lease();
      if (lease === undefined || !relay.lose(lease)) continue;
      this.report(`${lease.context}.${lease.subscription} is left to other hosts: they can't take what this one sends`);
      await this.giveBack(lease);
    }
  }

  private dueInMs(): number {
    return Math.max(
      0,
      Math.min(this.keepAt(), this.claimAt(), performance.now() + this.parts.pollMs) - performance.now(),
    );
  }

  private keepAt(): number {
    if (!this.relays.some(({ leads }) => leads)) return Infinity;
    const store = this.finishedAt === undefined ? Infinity : this.finishedAt + STORE_MS;
    const passedOver = this.relays.some((relay) => relay.unstored >= PASSED_OVER) ? 0 : Infinity;
    return Math.min(
      store,
      passedOver,
      this.parts.replicas === undefined ? Infinity : this.keptAt + this.timing.renewMs,
    );
  }

  private claimAt(): number {
    return this.relays.some(({ follows }) => follows) ? this.claimedAt + this.timing.claimMs : Infinity;
  }

  private async keep(): Promise<void> {
    const leases = this.relays.map((relay) => relay.lease()).filter((lease) => lease !== undefined);
    this.keptAt = performance.now();
    // What is finished from here on asks for the next statement.
    this.finishedAt = undefined;
    const kept = await this.table.keep(leases);
    for (const relay of this.relays) {
      const lease = leases.find((each) => relay.is(each));
      if (lease === undefined) continue;
      if (kept.some((each) => relay.is(each))) relay.stored(lease);
      else if (relay.lose(lease))
        this.report(`${lease.context}.${lease.subscription} is served by another host now, or was set back`);
    }
  }

  private async claim(): Promise<void> {
    this.claimedAt = performance.now();
    const wanted = this.relays.filter(({ follows }) => follows);
    if (wanted.length === 0) return;
    // A grant is as good as a renewal, but only of itself: what this host led before is due when it was.
    const first = !this.relays.some(({ leads }) => leads);
    const { granted, withheld } = await this.table.claim(wanted);
    for (const relay of wanted) relay.withheld(withheld.find((each) => relay.is(each))?.token);
    const tooLate = granted.filter((lease) => wanted.find((relay) => relay.is(lease))?.lead(lease) !== true);
    if (first) this.keptAt = Math.max(this.keptAt, this.claimedAt);
    for (const { context, subscription, dropped } of granted) {
      if (dropped.length > 0)
        this.report(
          `${context}.${subscription} does not take ${dropped.join(', ')} any more: no host is left that does`,
        );
    }
    // This host began to drain while it claimed.
    for (const lease of tooLate) await this.giveBack(lease);
  }

  private committedHere(types: ReadonlySet<string>): void {
    let elsewhere = false;
    for (const relay of this.relays) {
      if (!relay.takes(types)) continue;
      if (relay.leads) relay.ring();
      else elsewhere = true;
    }
    if (elsewhere) this.parts.replicas?.tell(this.parts.journal.context, 'committed');
  }

  private heard(news: 'committed' | 'released'): void {
    if (news === 'committed') {
      for (const relay of this.relays) relay.ring();
      return;
    }
    if (!this.relays.some(({ follows }) => follows)) return;
    this.claimedAt = -Infinity;
    this.due.ring();
  }

  private finishedOne(): void {
    if (this.finishedAt !== undefined) return;
    this.finishedAt = performance.now();
    this.due.ring();
  }

  private report(message: string, error?: unknown): void {
    this.parts.report(`journal of ${this.parts.journal.context}: ${message}`, error);
  }
}
