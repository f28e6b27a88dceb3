import type { Envelope } from '@isolith/contracts';
import type { ErrorSink } from '@isolith/message-bus';
import { onConnection } from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';
import { inTransaction } from '../context/in-transaction.js';
import { attempt } from '../handled/attempts.js';
import { rowWith } from '../handled/inbox-row.js';
import { InboxTable } from '../handled/inbox-table.js';
import { MessageHandling } from '../context/message-handling.js';
import { Parking } from './parking.js';
import { isOutage, problemOf, type ParkedProblem } from '../context/problem.js';
import { replayStatementsOf } from './replay-statements.js';

/** Runs the handler of an event in its scope: `take` gets what runs it, and decides what comes of it. */
export type Redeliver = (
  event: Envelope,
  subscription: string,
  take: (handle: () => Promise<void>) => Promise<void>,
) => Promise<void>;

export interface ParkedEvent {
  readonly subscription: string;
  readonly key: string;
  readonly messageId: string;
  readonly envelope: Envelope;
}

/**
 * One parked event, once more. Its unit of work takes the event out of its sequence in the transaction that handles it:
 *
 *   parked --committed--> handled, and out of its sequence
 *      |-----threw--> parked, one attempt more; an outage counts none
 *      '-----handled or discarded elsewhere--> out of its sequence, nothing has run or all of it was rolled back
 */
export class MessageReplay {
  private readonly table: InboxTable;
  private readonly parking: Parking;

  constructor(
    private readonly journal: ContextJournal,
    private readonly redeliver: Redeliver,
    private readonly report: ErrorSink,
  ) {
    this.table = new InboxTable(journal);
    this.parking = new Parking(journal);
  }

  /** What was wrong, or undefined when the event is handled and no longer parked. */
  async run(event: ParkedEvent): Promise<ParkedProblem | undefined> {
    const { envelope, subscription } = event;
    if (await this.isHandled(event)) return this.remove(event);
    let problem: ParkedProblem | undefined;
    await this.redeliver(envelope, subscription, async (handle) => {
      const start = (): MessageHandling =>
        new MessageHandling(envelope, subscription, null, undefined, this.parking.removing(event));
      const ended = await attempt(start, handle, () => this.isHandled(event));
      if (ended.ended === 'handled elsewhere') return this.remove(event);
      const { handling } = ended;
      if (ended.ended === 'thrown') {
        this.report(`the replay of ${handling.label} failed`, ended.thrown, envelope);
        if (handling.completed === undefined) problem = await this.failed(event, ended.thrown);
      } else if (handling.completed === undefined)
        await this.table.storeWith(rowWith(handling, undefined), handling.besides);
    });
    return problem;
  }

  private async failed(event: ParkedEvent, thrown: unknown): Promise<ParkedProblem | undefined> {
    const { subscription, messageId } = event;
    // What it stumbled over may be the effect of its twin.
    if (await this.isHandled(event)) {
      await this.remove(event);
      return undefined;
    }
    const problem = problemOf(thrown);
    const counted = {
      ...replayStatementsOf(this.journal.schema).failed,
      values: [subscription, messageId, problem.type, problem.detail],
    };
    if (!isOutage(thrown)) await onConnection(await this.journal.dataSource(), (client) => client.query(counted));
    return problem;
  }

  private async isHandled({ subscription, envelope }: ParkedEvent): Promise<boolean> {
    return (await this.table.findEvent(subscription, envelope)).handled;
  }

  private async remove(event: ParkedEvent): Promise<undefined> {
    await inTransaction(this.journal, async (transaction) => {
      for (const statement of this.parking.removing(event)) await transaction.statement(statement);
    });
  }
}
