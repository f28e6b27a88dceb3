import { randomUUID } from 'node:crypto';
import type { SubscriptionInfo, Waiting } from '@isolith/message-bus';
import type { ContextJournal } from '../context/context-journal.js';
import type { Rewound } from '../subscriptions/rewind.js';
import { JournalRelays } from './journal-relays.js';
import type { SubscriptionName } from '../subscriptions/lease-table.js';
import type { JournalReader } from './journal-reader.js';
import type { RelayStatus } from './relay-status.js';
import type { Replicas } from './replicas.js';
import type { Deliver, Report } from '../subscriptions/subscriber.js';

/** What `SubscriptionRelays` works with. */
export interface RelaysParts {
  readonly deliver: Deliver;
  readonly report: Report;
  /** How often a journal is looked at when nobody rings, in milliseconds; default 1,000. */
  readonly pollMs?: number;
  /**
   * Whoever takes an event has it in hand in this process until it is handled, and tells of it itself. Default: false.
   */
  readonly takersAreHere?: boolean;
  /** See JournalRelaysParts. */
  readonly mayLead?: () => boolean;
}

/** A journal that is here, and who takes its events, wherever that is. */
export interface ServedJournal {
  readonly journal: ContextJournal;
  readonly subscriptions: readonly SubscriptionInfo[];
  readonly reader: JournalReader;
  /** The other hosts on its database. Undefined: there can be none, and every lease found in it is a dead one. */
  readonly replicas?: Replicas | undefined;
}

/** The relays of a host: one for each pair of a journal that is here and a subscription, wherever that is. */
export class SubscriptionRelays {
  private readonly holder = randomUUID();
  private readonly journals: JournalRelays[] = [];

  constructor(private readonly parts: RelaysParts) {}

  /** Serves these subscriptions from a journal, as far as no other host does. */
  async serve({ journal, subscriptions, reader, replicas }: ServedJournal): Promise<void> {
    const subscribers = subscriptions.map(({ context, subscription, events, from }) => ({
      context,
      subscription,
      from,
      types: events.filter((event) => event.context === journal.context).map(({ name }) => name),
    }));
    const { pollMs = 1_000, deliver, report, takersAreHere = false, mayLead = () => true } = this.parts;
    const relays = new JournalRelays({
      journal,
      subscribers,
      reader,
      replicas,
      deliver,
      report,
      pollMs,
      takersAreHere,
      mayLead,
      holder: this.holder,
    });
    this.journals.push(relays);
    await relays.start();
  }

  /** How far each subscription has been served, whoever serves it. */
  async status(): Promise<RelayStatus[]> {
    return (await Promise.all(this.journals.map((relays) => relays.status()))).flat();
  }

  /**
   * Sets a subscription of the producer's journal back; see rewindSubscription. Undefined also when that journal is not
   * here.
   */
  async rewind(producer: string, subscription: SubscriptionName, to: number): Promise<Rewound | undefined> {
    return this.journals.find(({ context }) => context === producer)?.rewind(subscription, to);
  }

  /** What waits in the subscriptions that this host leads, from memory. */
  waiting(): readonly Waiting[] {
    return this.journals.flatMap((relays) => relays.waiting());
  }

  /** For how long an open transaction has held back the readers of these journals, in milliseconds; 0: it does not. */
  heldMs(contexts: readonly string[]): number {
    return Math.max(
      0,
      ...this.journals.filter(({ context }) => contexts.includes(context)).map(({ heldMs }) => heldMs),
    );
  }

  /** What waits for subscriptions that nobody leads. */
  async unled(): Promise<readonly Waiting[]> {
    return (await Promise.all(this.journals.map((relays) => relays.unled()))).flat();
  }

  /** Stops all of them; see JournalRelays.stop. */
  async drain(signal: AbortSignal): Promise<void> {
    await Promise.all(this.journals.map((relays) => relays.stop(signal)));
  }
}
