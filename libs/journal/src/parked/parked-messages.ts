import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { type EventContract, steadyNow } from '@isolith/contracts';
import { assertNoOpenUnit, currentScope, type ErrorSink } from '@isolith/message-bus';
import type { ContextJournal } from '../context/context-journal.js';
import { discardMessage } from './discard.js';
import { editMessage, type ParkedEdit } from './edit.js';
import { ParkedNotFound, ReplayRunning } from './failures.js';
import { GroupReplayTable, type GroupReplay } from './group-replay-table.js';
import { GroupRun } from './group-run.js';
import { OperatorActions } from './operator-actions.js';
import type { ParkedFilter } from './parked-entry.js';
import { parkedGroups, type ParkedGroup } from './parked-groups.js';
import { ParkedList, type ParkedCount, type ParkedPage, type ParkedWhole } from './parked-list.js';
import { problemOf } from '../context/problem.js';
import { MessageReplay, type Redeliver } from './replay-message.js';
import { SequenceReplay, type ReplayFailure } from './sequence-replay.js';

/** What became of the replay of one sequence. */
export interface SequenceReplayed {
  /** `stopped`: the host drains, the caller's deadline is near, or somebody else has taken the sequence over. */
  readonly status: 'completed' | 'failed' | 'stopped';
  readonly replayed: number;
  readonly failed?: ReplayFailure;
  /** Messages that are still parked under the key. */
  readonly left: number;
}

/** What `ParkedMessages` works with. */
export interface ParkedParts {
  readonly journal: ContextJournal;
  readonly redeliver: Redeliver;
  /** The contract of an event, as far as it is known here. */
  readonly contractOf: (type: string) => EventContract | undefined;
  readonly draining: AbortSignal;
  /** Told of every message whose replay failed. */
  readonly report: ErrorSink;
  /** Told of what no row could be written about. */
  readonly failed: (message: string, error: unknown) => void;
}

/** The most messages of one call, and how long before its caller's deadline it ends. */
const MOST = 10_000;
const ANSWER_MS = 500;

/**
 * What is parked in one context, and what people can do about it. Whoever calls has checked that they may; `by` is the
 * user's id, and every action is written into the context's audit. Not inside a unit of work: CallInsideUnitError.
 */
export class ParkedMessages {
  private readonly entries: ParkedList;
  private readonly groups: GroupReplayTable;
  private readonly messages: MessageReplay;
  /** The audit of the context. */
  readonly actions: OperatorActions;
  /** Work in the background must not inherit from whoever happened to start it. */
  private readonly byItself = AsyncLocalStorage.snapshot();
  private running: Promise<void> | undefined;

  constructor(private readonly parts: ParkedParts) {
    const { journal, redeliver, report } = parts;
    this.entries = new ParkedList(journal);
    this.groups = new GroupReplayTable(journal);
    this.messages = new MessageReplay(journal, redeliver, report);
    this.actions = new OperatorActions(journal);
  }

  /**
   * The oldest first: without `key` one entry per sequence, its first message; with `key` every message of it. `limit`
   * is 1 to 100; a RangeError for another one, and for what is no cursor.
   */
  list(filter: ParkedFilter, limit: number, cursor?: string): Promise<ParkedPage> {
    return this.entries.page(filter, limit, cursor);
  }

  /** Undefined when there is no such message (any more). */
  show(id: string): Promise<ParkedWhole | undefined> {
    return this.entries.whole(id, this.parts.contractOf);
  }

  /** By what is wrong with them: the largest group first, at most 100. */
  byProblem(): Promise<readonly ParkedGroup[]> {
    return parkedGroups(this.parts.journal);
  }

  counts(): Promise<readonly ParkedCount[]> {
    return this.entries.counts();
  }

  /** The replays of groups, the newest first; the last 100 are kept. */
  replays(): Promise<readonly GroupReplay[]> {
    return this.groups.recent();
  }

  /**
   * Takes one message out for good: a late delivery of it never runs. `handled`: it had been handled in the meantime.
   * Throws ParkedNotFound.
   */
  async discard(id: string, by: string): Promise<'discarded' | 'handled'> {
    assertNoOpenUnit('discarding a parked message');
    return discardMessage(this.parts.journal, this.actions, id, by);
  }

  /**
   * Gives one message other data, which its next replay uses; the original is kept beside it until it leaves, and the
   * audit has both, masked. Throws ParkedNotFound, ReplayRunning while its key is replayed, ParkedNotEditable where
   * nobody here can tell what its data is, and ContractViolationError, with pointers below `/data`, for data that does
   * not fit its contract or has another ordering key.
   */
  async edit(edit: ParkedEdit): Promise<void> {
    assertNoOpenUnit('editing a parked message');
    const { journal, contractOf } = this.parts;
    return editMessage(journal, this.actions, contractOf, edit);
  }

  /**
   * Runs the messages of a sequence in order, those too that come meanwhile, until none is left or one fails. Throws
   * ParkedNotFound, and ReplayRunning while somebody else replays it.
   */
  async replaySequence(subscription: string, key: string, by: string): Promise<SequenceReplayed> {
    assertNoOpenUnit('a replay of parked messages');
    const sequence = this.sequenceOf(subscription, key);
    const claimed = await sequence.claim();
    if (claimed === 'gone')
      throw new ParkedNotFound({ what: `${subscription} has nothing parked under the key ${key}` });
    if (claimed === 'taken')
      throw new ReplayRunning({ what: `the key ${key} of ${subscription} is being replayed already` });
    const tell = (result: unknown): Promise<void> =>
      this.actions.record({ by, action: 'replay-sequence', subject: { subscription, key }, result });
    try {
      await tell({ status: 'started' });
      const result = await this.emptied(sequence);
      await tell(result);
      return result;
    } finally {
      await sequence.release();
    }
  }

  /**
   * Replays all sequences whose first message matches, one after the other, at most `perSecond` (1 to 100, RangeError)
   * messages a second, until one fails. Resolves when the first message has been tried; the rest goes on in this host,
   * and `replays()` tells how far it is. Throws ReplayRunning while this host replays a group of the context.
   */
  async replayGroup(filter: ParkedFilter, perSecond: number, by: string): Promise<GroupReplay> {
    assertNoOpenUnit('a replay of parked messages');
    if (!Number.isInteger(perSecond) || perSecond < 1 || perSecond > 100)
      throw new RangeError(`perSecond must be 1 to 100, not ${perSecond}`);
    if (this.running !== undefined) throw new ReplayRunning({ what: 'this host is replaying a group already' });
    const { promise: first, resolve: tried, reject: notBegun } = Promise.withResolvers<void>();
    const id = randomUUID();
    this.running = this.byItself(() => this.replayInBackground(id, filter, perSecond, by, tried))
      .catch(notBegun)
      .finally(() => (this.running = undefined));
    await first;
    const found = (await this.groups.recent()).find((group) => group.id === id);
    if (found === undefined) throw new ParkedNotFound({ what: `the replay ${id} is too old to be remembered` });
    return found;
  }

  /** Waits for the replay in the background, which ends after its current message when the host drains. */
  async drain(): Promise<void> {
    await this.running;
  }

  private async emptied(sequence: SequenceReplay): Promise<SequenceReplayed> {
    const deadline = (currentScope()?.deadline ?? Infinity) - ANSWER_MS;
    for (let replayed = 0; ; replayed += 1) {
      const late = this.parts.draining.aborted || replayed >= MOST || (replayed > 0 && steadyNow() >= deadline);
      const step = late ? undefined : await sequence.step();
      if (step?.ended === 'handled') continue;
      const left = await sequence.left();
      if (step?.ended === 'failed') return { status: 'failed', replayed, failed: step.failed, left };
      return { status: step?.ended === 'empty' ? 'completed' : 'stopped', replayed, left };
    }
  }

  /**
   * Rejects when it could not even begin; after that whatever ends it is in its row, or, when that can't be written, in
   * the log, and the row says after a minute that its host is gone.
   */
  private async replayInBackground(
    id: string,
    filter: ParkedFilter,
    perSecond: number,
    by: string,
    tried: () => void,
  ): Promise<void> {
    const { draining } = this.parts;
    await this.groups.begin(id, filter, perSecond, by);
    const upTo = await this.entries.last();
    const run = new GroupRun({
      filter,
      perSecond,
      upTo,
      draining,
      page: (cursor) => this.entries.page(filter, 100, cursor),
      sequence: (subscription, key) => this.sequenceOf(subscription, key),
      progressed: async (replayed) => {
        await this.groups.progress(id, replayed);
        tried();
      },
    });
    try {
      const end = await run.run().catch((error: unknown) => ({
        status: 'stopped' as const,
        reason: `it was ended by ${problemOf(error).detail}`,
      }));
      await this.groups.end(id, by, run.done, end);
    } catch (error) {
      this.parts.failed(`the end of the group replay ${id} could not be recorded`, error);
    } finally {
      tried();
    }
  }

  private sequenceOf(subscription: string, key: string): SequenceReplay {
    return new SequenceReplay(this.parts.journal, this.messages, subscription, key);
  }
}
