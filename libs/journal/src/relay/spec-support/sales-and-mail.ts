import { randomUUID } from 'node:crypto';
import { MessageRouter, type SubscriptionInfo } from '@isolith/message-bus';
import { z } from 'zod';
import { ContextInbox } from '../../inbox/context-inbox.js';
import type { ContextJournal } from '../../index.js';
import type { Deliver } from '../../subscriptions/subscriber.js';
import type { Replicas } from '../replicas.js';
import { openTestContext, type TestContext } from '../../testing/index.js';
import { Sold } from '../../testing/sample-sales.js';
import { JournalRelays, type RelayTiming } from '../journal-relays.js';

export interface HostOptions {
  readonly from?: 'beginning' | 'now';
  readonly pollMs?: number;
  readonly subscriptions?: readonly string[];
  readonly replicas?: Replicas;
  /** The journal of sales, as this host sees it. */
  readonly journal?: ContextJournal;
  /** What its release takes. */
  readonly types?: readonly string[];
  readonly timing?: Partial<RelayTiming>;
  readonly mayLead?: () => boolean;
}

/** A context that sells, with a journal, and one that writes mail about it, each with a database of its own. */
export class SalesAndMail {
  readonly reports: string[] = [];
  private readonly hosts = new Set<JournalRelays>();

  private constructor(
    readonly sales: TestContext,
    readonly mail: TestContext,
  ) {}

  static async open(): Promise<SalesAndMail> {
    return new SalesAndMail(await openTestContext({ context: 'sales' }), await openTestContext({ context: 'mail' }));
  }

  async clear(): Promise<void> {
    this.reports.length = 0;
    await this.sales.unit.run(() => this.sales.unit.execute('TRUNCATE sales.journal, sales.subscription_checkpoint'));
    await this.mail.unit.run(() => this.mail.unit.execute('TRUNCATE mail.journal, mail.inbox'));
  }

  async stopHosts(): Promise<void> {
    await Promise.all([...this.hosts].map((host) => host.stop(AbortSignal.timeout(5_000))));
    this.hosts.clear();
  }

  async close(): Promise<void> {
    await Promise.all([this.sales.close(), this.mail.close()]);
  }

  /** The relays of a host that has the journal of sales. */
  async host(deliver: Deliver, options: HostOptions = {}): Promise<JournalRelays> {
    const {
      from = 'beginning',
      pollMs = 60_000,
      subscriptions = ['letters'],
      replicas,
      journal = this.sales.journal,
      types = [Sold.contract.name],
      timing = {},
      mayLead = () => true,
    } = options;
    const host = new JournalRelays({
      journal,
      subscribers: subscriptions.map((subscription) => ({ context: 'mail', subscription, types, from })),
      reader: this.sales.reader(),
      deliver,
      report: (message, error) => this.reports.push(`${message}: ${String(error)}`),
      holder: randomUUID(),
      replicas,
      pollMs,
      timing,
      mayLead,
    });
    this.hosts.add(host);
    await host.start();
    return host;
  }

  /** Ends a host as kill -9 would. */
  async crash(host: JournalRelays): Promise<void> {
    this.hosts.delete(host);
    await host.abandon();
  }

  /** A started consumer with the real bus and inbox. */
  async consumer(handle: (sold: Sold) => Promise<unknown>): Promise<Deliver> {
    const router = new MessageRouter({ placement: { here: ['mail'] }, onError: () => undefined });
    const info: SubscriptionInfo = {
      context: 'mail',
      subscription: 'letters',
      from: 'beginning',
      events: [Sold.contract],
    };
    router.subscribe(info, [
      { event: Sold, by: 'handle', invoke: (sold) => handle(Sold.restore({ ...sold }) as Sold) },
    ]);
    router.useInbox('mail', new ContextInbox(this.mail.journal));
    await router.listenHere();
    return (event, to, signal) => router.deliver(event, to, signal);
  }

  /** Records one event per sale, of the key `saleId`, in one unit. */
  async sell(...sales: readonly (readonly [saleId: string, amount: number])[]): Promise<void> {
    await this.sales.unit.run(async () => {
      for (const [saleId, amount] of sales) this.sales.unit.append(randomUUID(), 0, [new Sold({ saleId, amount })]);
    });
  }

  async stored(subscription = 'letters'): Promise<number | undefined> {
    const row = z.object({ position: z.coerce.number() });
    const [found] = await this.sales.database.query(
      row,
      'SELECT position FROM sales.subscription_checkpoint WHERE subscription = $1',
      [subscription],
    );
    return found?.position;
  }
}

/** Collects what a consumer gets, by key. */
export class Arrivals {
  readonly byKey = new Map<string, number[]>();
  count = 0;

  readonly take = async ({ saleId, amount }: Sold): Promise<void> => {
    this.count += 1;
    this.of(saleId).push(amount);
  };

  of(key: string): number[] {
    const known = this.byKey.get(key) ?? [];
    this.byKey.set(key, known);
    return known;
  }
}
