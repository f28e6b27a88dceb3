import type { SubscriptionInfo } from '@isolith/message-bus';
import type { ContextJournal } from '../context-journal.js';
import type { JournalReader } from './journal-reader.js';
import { SubscriptionRelay, type Deliver, type RelayStatus } from './subscription-relay.js';

export interface RelaysParts {
  readonly deliver: Deliver;
  readonly report: (message: string, error: unknown) => void;
  readonly pollMs?: number;
}

/** The relays of a host: one for each pair of a journal that is here and a subscription, wherever that is. */
export class SubscriptionRelays {
  private readonly relays: SubscriptionRelay[] = [];

  constructor(private readonly parts: RelaysParts) {}

  /** Serves these subscriptions from a journal; each on its own, so that none waits for another. */
  async serve(journal: ContextJournal, subscriptions: readonly SubscriptionInfo[], reader: () => JournalReader): Promise<void> {
    for (const { context, subscription, events, from } of subscriptions) {
      const types = events.filter((event) => event.context === journal.context).map(({ name }) => name);
      const relay = new SubscriptionRelay({ ...this.parts, journal, reader: reader(), subscriber: { context, subscription, types, from } });
      await relay.start();
      this.relays.push(relay);
    }
  }

  status(): Promise<RelayStatus[]> {
    return Promise.all(this.relays.map((relay) => relay.status()));
  }

  /** Stops all of them; see SubscriptionRelay.stop. */
  async drain(signal: AbortSignal): Promise<void> {
    await Promise.all(this.relays.map((relay) => relay.stop(signal)));
  }
}
