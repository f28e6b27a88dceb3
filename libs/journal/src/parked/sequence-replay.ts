import { randomUUID } from 'node:crypto';
import { envelopeSchema } from '@isolith/contracts';
import { z } from 'zod';
import { onConnection, type StatementResult, type BoundStatement } from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';
import type { ParkedProblem } from '../context/problem.js';
import type { MessageReplay } from './replay-message.js';
import { replayStatementsOf, type ReplayStatements } from './replay-statements.js';

/** The message that a replay stopped at. */
export interface ReplayFailure {
  readonly id: string;
  readonly problem: ParkedProblem;
}

/**
 * What became of one step: a message was handled, one failed, there was none left, or somebody else has the sequence.
 */
export type ReplayStep =
  | { readonly ended: 'handled' | 'empty' | 'lost' }
  | { readonly ended: 'failed'; readonly failed: ReplayFailure };

const nextRow = z.object({ position: z.coerce.string(), message_id: z.string(), envelope: envelopeSchema.nullable() });
const leftRow = z.tuple([z.object({ left: z.int() })]);

const UNREADABLE: ParkedProblem = {
  type: 'malformed',
  detail: 'these bytes are no envelope of a known sender; they can only be discarded',
};

/**
 * The messages of one parked sequence, one step each.
 *
 *   free --claim--> held --step--> held      its first message was handled; whatever has joined meanwhile comes in its turn
 *                     |----step--> cleared   that was the last one: its unit has removed the sequence
 *                     |----release--> free   also by itself, a minute after the last step
 *
 * The claim keeps two replays from running the same handlers side by side. It is no lock: what an overtaken replay
 * still does meets the inbox row of the other and is rolled back.
 */
export class SequenceReplay {
  private readonly token = randomUUID();
  private readonly statements: ReplayStatements;

  constructor(
    private readonly journal: ContextJournal,
    private readonly messages: MessageReplay,
    readonly subscription: string,
    readonly key: string,
  ) {
    this.statements = replayStatementsOf(journal.schema);
  }

  async claim(): Promise<'held' | 'taken' | 'gone'> {
    if ((await this.tell('claim', this.token)).rowCount === 1) return 'held';
    return (await this.tell('exists')).rows.length === 1 ? 'taken' : 'gone';
  }

  async step(): Promise<ReplayStep> {
    const [found] = (await this.tell('next', this.token)).rows;
    if (found === undefined) return { ended: await this.whyNone() };
    const { position, message_id: messageId, envelope } = nextRow.parse(found);
    if (envelope === null) return { ended: 'failed', failed: { id: position, problem: UNREADABLE } };
    const problem = await this.messages.run({ subscription: this.subscription, key: this.key, messageId, envelope });
    return problem === undefined ? { ended: 'handled' } : { ended: 'failed', failed: { id: position, problem } };
  }

  async release(): Promise<void> {
    await this.tell('release', this.token);
  }

  async left(): Promise<number> {
    return leftRow.parse((await this.tell('left')).rows)[0].left;
  }

  /**
   * Gone, or begun anew by an event that failed after it was cleared: either way it was emptied. Else the lease ran
   * out.
   */
  private async whyNone(): Promise<'empty' | 'lost'> {
    return (await this.claim()) === 'taken' ? 'lost' : 'empty';
  }

  private async tell(what: keyof ReplayStatements, ...more: readonly string[]): Promise<StatementResult<unknown>> {
    const statement: BoundStatement = { ...this.statements[what], values: [this.subscription, this.key, ...more] };
    return onConnection(await this.journal.dataSource(), (client) => client.query<unknown>(statement));
  }
}
