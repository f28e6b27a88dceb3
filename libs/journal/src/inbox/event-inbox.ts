import { setTimeout as sleep } from 'node:timers/promises';
import type { Envelope } from '@isolith/contracts';
import type { EventRetry } from '@isolith/message-bus';
import type { ContextJournal } from '../context-journal.js';
import { MessageHandling } from '../message-handling.js';
import { Parking } from '../parked/parking.js';
import { isOutage, problemOf } from '../parked/problem.js';
import { attempt } from './attempts.js';
import { rowWith } from './inbox-row.js';
import { InboxTable } from './inbox-table.js';
import type { InboxOptions } from './inbox-options.js';

/**
 * Events of one context, each until it is dealt with.
 *
 *   looking --handled--> done
 *      |----key parked--> joining --there--> done
 *      |                     '--cleared meanwhile--> looking
 *      '--neither--> running --committed--> done
 *                       |--threw, attempts left--> counted, pausing --> looking
 *                       |--threw, none left--> parked, done
 *                       '--an outage--> pausing --> looking
 *
 * A pause ends at once when the host drains, and the event is rejected with what was thrown last; it comes again, to this
 * host's successor. Every look, count and parking is a statement of its own, so a host that dies at any point leaves
 * either nothing or one of the states above.
 */
export class EventInbox {
  private readonly parking: Parking;

  constructor(
    journal: ContextJournal,
    private readonly table: InboxTable,
    private readonly options: Required<InboxOptions>,
  ) {
    this.parking = new Parking(journal);
  }

  async deal(envelope: Envelope, subscription: string, handle: () => Promise<void>, retry: EventRetry): Promise<void> {
    for (let outages = 0; ; ) {
      const { handled, parked, attempts } = await this.table.findEvent(subscription, envelope);
      if (handled) return;
      if (parked) {
        if (await this.parking.join(envelope, subscription)) return;
        continue;
      }
      const failed = await this.run(envelope, subscription, handle, attempts);
      if (failed === undefined) return;
      if (isOutage(failed.thrown)) {
        outages += 1;
        await this.pause(`${failed.label} waits for an outage to end`, failed.thrown, envelope, delayOf(retry, outages));
        continue;
      }
      const counted = await this.parking.countFailure(subscription, envelope.id);
      if (counted === undefined) return;
      if (counted >= retry.attempts) {
        await this.parking.parkEvent(envelope, subscription, counted, problemOf(failed.thrown));
        this.options.report(`${failed.label} is parked after ${counted} attempts; later events of its key wait behind it`, failed.thrown, envelope);
        return;
      }
      await this.pause(`${failed.label} failed, attempt ${counted} of ${retry.attempts}`, failed.thrown, envelope, delayOf(retry, counted));
    }
  }

  /** One run of the handler, with its quick repetitions. Undefined when the event is handled afterwards. */
  private async run(envelope: Envelope, subscription: string, handle: () => Promise<void>, failures: number): Promise<{ readonly thrown: unknown; readonly label: string } | undefined> {
    const besides = failures > 0 ? [this.parking.forgettingFailures(subscription, envelope.id)] : [];
    const isHandled = async (): Promise<boolean> => (await this.table.findEvent(subscription, envelope)).handled;
    const ended = await attempt(() => new MessageHandling(envelope, subscription, null, undefined, besides), handle, isHandled);
    if (ended.ended === 'handled elsewhere') return undefined;
    const { handling } = ended;
    if (ended.ended === 'thrown') {
      if (handling.completed === undefined) return { thrown: ended.thrown, label: handling.label };
      this.options.report(`the handler of ${handling.label} threw after its unit of work had committed; the event counts as handled`, ended.thrown, envelope);
      return undefined;
    }
    if (handling.completed === undefined) await this.table.storeWith(rowWith(handling, undefined), besides);
    return undefined;
  }

  private async pause(what: string, thrown: unknown, envelope: Envelope, ms: number): Promise<void> {
    const { draining, report } = this.options;
    if (draining.aborted) throw thrown;
    report(`${what}; again in ${ms} ms`, thrown, envelope);
    await sleep(ms, undefined, { signal: draining }).catch(() => {
      throw thrown;
    });
  }
}

/** Full jitter: consumers that lost the same thing must not come back in step. */
function delayOf({ initialDelayMs, maxDelayMs }: EventRetry, nth: number): number {
  return Math.round(Math.random() * Math.min(maxDelayMs, initialDelayMs * 2 ** Math.min(nth - 1, 30)));
}
