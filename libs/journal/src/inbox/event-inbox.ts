import { setTimeout as sleep } from 'node:timers/promises';
import { OverloadedError, type Envelope } from '@isolith/contracts';
import { FinalRefusalError, HandedBackError, type EventRetry, type NoteRest } from '@isolith/message-bus';
import type { ContextJournal } from '../context/context-journal.js';
import { MessageHandling } from '../context/message-handling.js';
import { Parking } from '../parked/parking.js';
import { isOutage, oneLine, problemOf, type ParkedProblem } from '../context/problem.js';
import { waitDays } from '../retention/retention.js';
import { attempt } from '../handled/attempts.js';
import { rowWith } from '../handled/inbox-row.js';
import { InboxTable } from '../handled/inbox-table.js';
import type { InboxOptions } from './inbox-options.js';

/** A run of a handler that threw. */
interface Failed {
  readonly thrown: unknown;
  readonly label: string;
}

/**
 * Events of one context, each until it is dealt with.
 *
 *   looking --handled--> done
 *      |----key parked--> joining --there--> done
 *      |                     '--cleared meanwhile--> looking
 *      |----failures that this host has not paused for--> pausing --> looking
 *      '--neither--> running --committed--> done
 *                       |--threw, attempts left--> counted, pausing --> looking
 *                       |--threw, none left, or what is final--> parked, done
 *                       |--an outage--> pausing --> looking
 *                       |--not known here--> handed back: rejected, nothing counted
 *                       '--failed or away for half the life of the inbox--> parked, done
 *
 * A pause ends at once when the host drains, and the event is rejected. A medium may bring it again at once: an event
 * that has failed before runs only at this host's successor, after a pause of its own, so that neither a drain nor a
 * row of restarts uses attempts up faster than the policy says. Until the event is dealt with its medium may deliver
 * again what came after it, so it must not wait until the inbox has forgotten that. Every look, count and parking is a
 * statement of its own, so a host that dies at any point leaves either nothing or one of the states above.
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

  async deal(
    envelope: Envelope,
    subscription: string,
    handle: () => Promise<void>,
    retry: EventRetry,
    note: NoteRest = () => undefined,
  ): Promise<void> {
    for (let outages = 0, pausedFor = 0; ;) {
      const { handled, parked, attempts } = await this.table.findEvent(subscription, envelope);
      if (parked && !handled && !(await this.parking.join(envelope, subscription))) continue;
      if (handled || parked) {
        if (attempts !== null) await this.parking.forget(subscription, envelope.id);
        return;
      }
      const before = attempts ?? 0;
      if (before > 0 && (this.options.draining.aborted || before > pausedFor)) {
        pausedFor = before;
        const ms = delayOf(retry, before);
        note({ why: 'retry', attempts: before, thrown: undefined, ms });
        await this.pauseAsSuccessor(`${envelope.type} in subscription ${subscription}`, before, envelope, ms);
        note(undefined);
        continue;
      }
      const failed = await this.run(envelope, subscription, handle, attempts !== null);
      if (failed === undefined) return;
      const { thrown, label } = failed;
      const days = waitDays(this.options.inboxDays());
      const unknownHere = thrown instanceof HandedBackError;
      if (unknownHere || isOutage(thrown)) {
        outages += 1;
        // An outage that is over at the next look is not worth a row.
        if ((unknownHere || outages > 1) && (await this.parking.isOverdue(subscription, envelope.id, days))) {
          const type = unknownHere ? 'unknown-here' : 'outage';
          const problem = { type, detail: oneLine(`for more than ${days} days; at last: ${problemOf(thrown).detail}`) };
          return this.park(failed, envelope, subscription, before, problem, `more than ${days} days of waiting`);
        }
        // The wait is the medium's: it has other replicas.
        if (unknownHere) throw thrown;
        const ms = delayOf(retry, outages);
        note({ why: 'outage', attempts: outages, thrown, ms });
        await this.pause(`${label} waits for an outage to end`, thrown, envelope, ms);
        continue;
      }
      const counted = await this.parking.countFailure(subscription, envelope.id, days);
      if (counted === undefined) return;
      const isFinal = thrown instanceof FinalRefusalError;
      if (isFinal || counted.attempts >= retry.attempts || counted.overdue) {
        const after = isFinal ? 'a final refusal' : `${counted.attempts} attempts`;
        return this.park(failed, envelope, subscription, counted.attempts, problemOf(thrown), after);
      }
      pausedFor = counted.attempts;
      const ms = delayOf(retry, counted.attempts);
      note({ why: 'retry', attempts: counted.attempts, thrown, ms });
      await this.pause(`${label} failed, attempt ${counted.attempts} of ${retry.attempts}`, thrown, envelope, ms);
      note(undefined);
    }
  }

  private async park(
    { thrown, label }: Failed,
    envelope: Envelope,
    subscription: string,
    attempts: number,
    problem: ParkedProblem,
    after: string,
  ): Promise<void> {
    await this.parking.parkEvent(envelope, subscription, attempts, problem);
    this.options.report(`${label} is parked after ${after}; later events of its key wait behind it`, thrown, envelope);
  }

  /** One run of the handler, with its quick repetitions. Undefined when the event is handled afterwards. */
  private async run(
    envelope: Envelope,
    subscription: string,
    handle: () => Promise<void>,
    failedBefore: boolean,
  ): Promise<Failed | undefined> {
    const besides = failedBefore ? [this.parking.forgettingFailures(subscription, envelope.id)] : [];
    const isHandled = async (): Promise<boolean> => (await this.table.findEvent(subscription, envelope)).handled;
    const ended = await attempt(
      () => new MessageHandling(envelope, subscription, null, undefined, besides),
      handle,
      isHandled,
    );
    if (ended.ended === 'handled elsewhere') return undefined;
    const { handling } = ended;
    if (ended.ended === 'thrown') {
      if (handling.completed === undefined) return { thrown: ended.thrown, label: handling.label };
      this.options.report(
        `the handler of ${handling.label} threw after its unit of work had committed; the event counts as handled`,
        ended.thrown,
        envelope,
      );
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

  /** What it failed with was told when it did. */
  private async pauseAsSuccessor(label: string, before: number, envelope: Envelope, ms: number): Promise<void> {
    const { draining, report } = this.options;
    const stops = `the host stops; ${label} has failed before and is left to the next one`;
    if (draining.aborted) throw new OverloadedError(stops);
    report(`${label} has failed before (attempts: ${before}); run in ${ms} ms`, undefined, envelope);
    await sleep(ms, undefined, { signal: draining }).catch(() => {
      throw new OverloadedError(stops);
    });
  }
}

/** Full jitter: consumers that lost the same thing must not come back in step. */
function delayOf({ initialDelayMs, maxDelayMs }: EventRetry, nth: number): number {
  return Math.round(Math.random() * Math.min(maxDelayMs, initialDelayMs * 2 ** Math.min(nth - 1, 30)));
}
