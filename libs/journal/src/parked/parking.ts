import type { Envelope } from '@isolith/contracts';
import type { SetAside } from '@isolith/message-bus';
import { z } from 'zod';
import { onConnection, type BoundStatement, type Transaction } from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';
import { inTransaction } from '../context/in-transaction.js';
import { parkedStatementsOf, type ParkedStatements } from './parked-statements.js';
import { oneLine, type ParkedProblem } from '../context/problem.js';
import { idOfBytes, sequenceKeyOf } from '../context/sequence-key.js';

interface NewMessage {
  readonly subscription: string;
  readonly key: string;
  readonly messageId: string;
  readonly envelope?: Envelope;
  readonly raw?: Uint8Array;
  readonly attempts: number;
  readonly problem: ParkedProblem;
}

const joinedRow = z.tuple([z.object({ joined: z.boolean() })]);
const countedRow = z.object({ attempts: z.int(), overdue: z.boolean() });
const overdueRow = z.tuple([z.object({ overdue: z.boolean() })]);

/** How often an event has failed, and whether the first time was longer ago than it may take. */
export type FailureCount = Readonly<z.output<typeof countedRow>>;

/**
 * How messages come to be parked and leave again. The row of a sequence is the lock of everything under its key:
 *
 *   nothing --park--> parked      the sequence and its first message, in one transaction
 *   parked  --join--> parked      one more behind; holds the row's key, so it ends before the row goes or finds it gone
 *   parked  --remove--> parked    one less, in the transaction that handles or discards it; holds the row alone
 *   parked  --remove the last--> nothing, in that same transaction: who joins waits for its end, finds nothing, and handles
 *
 * The row is locked first and messages after it, by all of them, so no two wait for one another. A consumer that has
 * been replaced and doesn't know it does no harm: it goes on to an event of the key only after the one before was
 * handled or seen as parked, and `park` finds out what was handled meanwhile. At worst a message is parked that was
 * handled at that moment; its replay sees that and runs nothing.
 */
export class Parking {
  private readonly statements: ParkedStatements;

  constructor(private readonly journal: ContextJournal) {
    this.statements = parkedStatementsOf(journal.schema);
  }

  /** Counts a failed attempt; undefined when the event was handled elsewhere meanwhile. */
  async countFailure(subscription: string, messageId: string, days: number): Promise<FailureCount | undefined> {
    const [row] = await this.query({ ...this.statements.countFailure, values: [subscription, messageId, days] });
    return row === undefined ? undefined : countedRow.parse(row);
  }

  /** Remembers since when an event waits, and whether that is for longer than so many days. */
  async isOverdue(subscription: string, messageId: string, days: number): Promise<boolean> {
    return overdueRow.parse(
      await this.query({ ...this.statements.noteOutage, values: [subscription, messageId, days] }),
    )[0].overdue;
  }

  /**
   * What was counted of an event that is dealt with by now. A statement of its own, which holds no other lock: together
   * with
   * one of its sequence it would wait for whoever forgets it in the unit that handles it.
   */
  async forget(subscription: string, messageId: string): Promise<void> {
    await this.query(this.forgettingFailures(subscription, messageId));
  }

  forgettingFailures(subscription: string, messageId: string): BoundStatement {
    return { ...this.statements.forgetFailures, values: [subscription, messageId] };
  }

  /** Puts an event behind the others of its key. Whether it is there: false when the key is not parked any more. */
  async join(envelope: Envelope, subscription: string): Promise<boolean> {
    const values = [subscription, sequenceKeyOf(envelope), envelope.id, envelope.type, JSON.stringify(envelope)];
    return joinedRow.parse(await this.query({ ...this.statements.join, values }))[0].joined;
  }

  parkEvent(envelope: Envelope, subscription: string, attempts: number, problem: ParkedProblem): Promise<void> {
    return this.park({
      subscription,
      key: sequenceKeyOf(envelope),
      messageId: envelope.id,
      envelope,
      attempts,
      problem,
    });
  }

  /** What a medium gave up: an event goes behind the others of its key, bytes are a sequence of their own. */
  setAside(what: SetAside, subscription: string): Promise<void> {
    if ('envelope' in what)
      return this.parkEvent(what.envelope, subscription, 0, { type: 'dead-letter', detail: oneLine(what.reason) });
    const messageId = idOfBytes(what.raw);
    return this.park({
      subscription,
      key: `#${messageId}`,
      messageId,
      raw: what.raw,
      attempts: 0,
      problem: { type: what.refused ? 'refused' : 'malformed', detail: oneLine(what.reason) },
    });
  }

  /** What takes a message out, in this order, within the transaction that ends it. */
  removing({
    subscription,
    key,
    messageId,
  }: {
    readonly subscription: string;
    readonly key: string;
    readonly messageId: string;
  }): readonly [lock: BoundStatement, remove: BoundStatement] {
    const { lock, remove } = this.statements;
    return [
      { ...lock, values: [subscription, key] },
      { ...remove, values: [subscription, key, messageId] },
    ];
  }

  private park({ subscription, key, messageId, envelope, raw, attempts, problem }: NewMessage): Promise<void> {
    const { begin, park, clearIfEmpty } = this.statements;
    const row = [
      subscription,
      key,
      messageId,
      envelope?.type,
      envelope && JSON.stringify(envelope),
      raw && Buffer.from(raw),
      attempts,
      problem.type,
      problem.detail,
    ];
    return inTransaction(this.journal, async (transaction) => {
      const tell = (statement: BoundStatement): ReturnType<Transaction['statement']> =>
        transaction.statement(statement);
      await tell({ ...begin, values: [subscription, key] });
      const { rowCount } = await tell({ ...park, values: row.map((value) => value ?? null) });
      await tell(this.forgettingFailures(subscription, messageId));
      // Handled meanwhile: a sequence that was begun for it must not stay behind.
      if (rowCount === 0) await tell({ ...clearIfEmpty, values: [subscription, key] });
    });
  }

  private async query(statement: BoundStatement): Promise<unknown[]> {
    return (await onConnection(await this.journal.dataSource(), (client) => client.query<unknown>(statement))).rows;
  }
}
