import {
  Failure,
  IdempotencyConflictError,
  IsolithError,
  outcomeOfThrown,
  OutcomeUnknownError,
  thrownOfOutcome,
  type Envelope,
  type Outcome,
  type RequestContract,
} from '@isolith/contracts';
import type { EventRetry, Inbox, NoteRest, SetAside } from '@isolith/message-bus';
import type { ContextJournal } from '../context/context-journal.js';
import { COMMANDS, MessageHandling } from '../context/message-handling.js';
import { Parking } from '../parked/parking.js';
import { attempt } from '../handled/attempts.js';
import { digestOf } from './digest.js';
import { EventInbox } from './event-inbox.js';
import { withDefaults, type InboxOptions } from './inbox-options.js';
import { inboxRowOf, revocationOf, rowWith } from '../handled/inbox-row.js';
import { InboxTable, type HandledRow } from '../handled/inbox-table.js';

interface Running {
  readonly digest: string | null;
  readonly ended: Promise<unknown>;
}

/**
 * The inbox of one context. Of a command:
 *
 *   unknown --lookup--> handled                         the stored outcome is the answer; the handler does not run
 *      '--nothing found, or not looked: a new id--> running
 *           |--unit commits--> handled                    outcome, state and events in one transaction
 *           |--no unit, or a final failure--> handled     the outcome in a statement of its own
 *           |--any end, but it was handled or revoked before or meanwhile--> handled   rolled back; the stored outcome is the answer
 *           '--error, failure that is not kept--> unknown        nothing is stored, the command may come again
 *
 * What makes it one effect is the primary key, in the transaction of the effect. What a look has found may be untrue a
 * moment later, so a sender's word that the id is new is as good as one: when it errs, the handler has run in vain, up
 * to its commit.
 *
 * A compensation takes the place of the command that it revokes before it runs, whether it opens a unit or not: from
 * there on that command has had its effect, or never will, and what the compensation gathers stays true. If it is being
 * committed, or has an open intent, this waits for the end; then its traces are seen.
 *
 * What becomes of events is told in EventInbox.
 *
 * A repetition that arrives while its twin runs in this process waits for it. One in another process meets the primary
 * key at its commit, rolls back and answers with what the other has stored.
 */
export class ContextInbox implements Inbox {
  private readonly table: InboxTable;
  private readonly events: EventInbox;
  private readonly parking: Parking;
  /** Messages that are being handled here; as many as run at once, and no others. */
  private readonly running = new Map<string, Running>();

  constructor(
    private readonly journal: ContextJournal,
    options: InboxOptions = {},
  ) {
    this.table = new InboxTable(journal);
    this.events = new EventInbox(journal, this.table, withDefaults(options));
    this.parking = new Parking(journal);
  }

  command(
    envelope: Envelope,
    contract: RequestContract,
    handle: () => Promise<unknown>,
    newId = false,
  ): Promise<unknown> {
    const digest = digestOf(contract, envelope.data);
    return this.once(COMMANDS, envelope, digest, async () => {
      const stored = newId ? undefined : await this.table.find(COMMANDS, envelope.id);
      if (stored !== undefined) return replay(stored, envelope, contract, digest);
      if (envelope.revokes !== undefined) await this.table.storeOnce(revocationOf(envelope.revokes));
      const find = () => this.table.find(COMMANDS, envelope.id);
      const ended = await attempt(
        () => new MessageHandling(envelope, COMMANDS, digest, contract),
        handle,
        async () => (await find()) !== undefined,
      );
      if (ended.ended === 'handled elsewhere') return this.replayStored(envelope, contract, digest);
      const { handling } = ended;
      if (ended.ended === 'value') {
        if (handling.completed !== undefined)
          return sameAsCommitted(handling, handling.completed.committed, ended.value);
        const stored = await this.table.storeOnce(inboxRowOf(handling, ended.value));
        return stored ? ended.value : this.replayStored(envelope, contract, digest);
      }
      if (handling.completed !== undefined) throw threwAfterCommit(handling, ended.thrown);
      // A twin in another process may have made what this run stumbled over: a row, a state. Its outcome is the answer,
      // and so is this run's own when only the news of its commit was lost. Without an inbox to ask, an error of the
      // bus stands: it says itself what is known. Anything else would be taken for the end of the command.
      const twin = await find().catch(() => {
        if (ended.thrown instanceof IsolithError) return undefined;
        throw unknownAfter(handling, ended.thrown);
      });
      if (twin !== undefined) return replay(twin, envelope, contract, digest);
      const outcome = outcomeOfThrown(contract, ended.thrown);
      const final = outcome.outcome === 'failure' && ended.thrown instanceof Failure && ended.thrown.contract.kept;
      if (final && !(await this.table.storeOnce(rowWith(handling, outcome))))
        return this.replayStored(envelope, contract, digest);
      throw ended.thrown;
    });
  }

  async event(
    envelope: Envelope,
    subscription: string,
    handle: () => Promise<void>,
    retry: EventRetry,
    note?: NoteRest,
  ): Promise<void> {
    await this.once(subscription, envelope, null, () => this.events.deal(envelope, subscription, handle, retry, note));
  }

  setAside(what: SetAside, subscription: string): Promise<void> {
    return this.parking.setAside(what, subscription);
  }

  private async once(
    consumer: string,
    envelope: Envelope,
    digest: string | null,
    work: () => Promise<unknown>,
  ): Promise<unknown> {
    const key = `${consumer} ${envelope.id}`;
    const twin = this.running.get(key);
    if (twin !== undefined) {
      if (twin.digest !== digest && envelope.byid !== true) throw conflict(envelope);
      return twin.ended;
    }
    // The entry is there before a handler runs: without a look it would begin at once, and could meet its own twin.
    const ended = Promise.resolve().then(work);
    this.running.set(key, { digest, ended });
    try {
      return await ended;
    } finally {
      this.running.delete(key);
    }
  }

  private async replayStored(envelope: Envelope, contract: RequestContract, digest: string): Promise<unknown> {
    const stored = await this.table.find(COMMANDS, envelope.id);
    if (stored === undefined)
      throw new Error(
        `${contract.name} ${envelope.id} was handled by another process and is not in the inbox of ${this.journal.context}`,
      );
    return replay(stored, envelope, contract, digest);
  }
}

function replay(
  { digest: stored, outcome }: HandledRow,
  envelope: Envelope,
  contract: RequestContract,
  digest: string,
): unknown {
  // A revoked command has no digest: it is refused whatever it asked for.
  if (stored !== null && stored !== digest && envelope.byid !== true) throw conflict(envelope);
  const ended: Outcome = outcome ?? { outcome: 'success', value: null };
  if (ended.outcome !== 'success') throw thrownOfOutcome(contract, ended);
  return contract.readOutput(ended.value);
}

const conflict = ({ id, type }: Envelope): IdempotencyConflictError =>
  new IdempotencyConflictError(`the id ${id} of ${type} was used with another input`);

/** The stored reply and the answer must be one, or a repetition would be answered differently. */
function sameAsCommitted({ label }: MessageHandling, committed: unknown, returned: unknown): unknown {
  if (returned !== committed)
    throw new Error(
      `the handler of ${label} returned something else than its unit of work; return what run() returned`,
    );
  return returned;
}

/** It is done, whatever was thrown: who asks again with the same id gets the committed reply. */
const threwAfterCommit = ({ label }: MessageHandling, cause: unknown): OutcomeUnknownError =>
  new OutcomeUnknownError(
    `the handler of ${label} threw after its unit of work had committed; a repetition gets the committed reply`,
    { cause },
  );

const unknownAfter = ({ label }: MessageHandling, cause: unknown): OutcomeUnknownError =>
  new OutcomeUnknownError(`the handler of ${label} failed and its inbox can not be asked whether it is done`, {
    cause,
  });
