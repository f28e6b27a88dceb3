import { type ContextDatabase, type UnitOfWork } from '@isolith/journal';
import type { Agent } from '../agent/agent.js';
import { ending } from '../run/ending.js';
import { withEntries } from '../run/carried-on.js';
import type { KeptEntry } from '../run/run-entry.js';
import { Approvals } from '../store/approvals.js';
import { RunReads } from '../store/run-reads.js';
import { UserWrites } from '../store/user-writes.js';
import { AgentRuns, type RunView } from '../runs/agent-runs.js';

/** Characters of one text: the bound of a request is lower, and what is said is kept with the run. */
const LONGEST_TEXT = 100_000;
const LONGEST_KEY = 200;
/** Entries of one run: what a user may have added to it while nothing moved is bounded by it. */
const MOST_ENTRIES = 10_000;
const LARGEST_PAGE = 1_000;

/** What moves the runs, as whoever changes them knows it. */
export interface Moves {
  /** Something is due. */
  wake(): void;
  /** What is done for this run is of no use any more. */
  stopped(id: string): void;
}

export interface StoredAgentRunsParts {
  readonly context: string;
  readonly schema: string;
  readonly unit: Pick<UnitOfWork, 'run' | 'query' | 'write' | 'onEnd'>;
  readonly database: Pick<ContextDatabase, 'query'>;
  readonly agents: ReadonlyMap<string, Agent>;
  readonly moves: Moves;
}

/**
 * The runs of one context in its tables. What users do is written under the lock of the run's row and leaves its lease
 * alone: whoever moves the run finds it with the next save. A stop alone takes the run away.
 */
export class StoredAgentRuns extends AgentRuns {
  private readonly writes: UserWrites;
  private readonly approvals: Approvals;
  private readonly reads: RunReads;

  constructor(private readonly parts: StoredAgentRunsParts) {
    super();
    const { schema, unit, database, agents } = parts;
    this.writes = new UserWrites(schema, unit);
    this.approvals = new Approvals(schema, unit);
    const titleOf = (agent: string, tool: string): string =>
      agents.get(agent)?.tools.find(({ name }) => name === tool)?.title ?? tool;
    this.reads = new RunReads(schema, database, titleOf);
  }

  override async begin(agent: Agent, id: string, owner: string): Promise<void> {
    if (this.parts.agents.get(agent.name) !== agent)
      throw new Error(`agent ${agent.name} is not one of those that ${this.parts.context} states`);
    await this.parts.unit.run(async () => {
      if (await this.writes.begin(id, agent.name, owner)) return;
      throw new Error('there is a run with this id, of another agent or user');
    });
  }

  override async say(id: string, owner: string, text: string, key: string): Promise<number | undefined> {
    requireLength('what is said', text.trim(), LONGEST_TEXT);
    requireLength('the key of what is said', key, LONGEST_KEY);
    return this.parts.unit.run(async () => {
      const run = await this.writes.lock(id, owner);
      if (run === undefined) return undefined;
      const before = await this.writes.saidWith(id, key);
      if (before !== undefined) return before;
      if (run.seq >= MOST_ENTRIES) throw new RangeError(`the run has ${MOST_ENTRIES} entries, and takes no more`);
      this.writes.append(id, run.seq + 1, { kind: 'said', by: owner, text }, run.nowMs, key);
      if (run.status === 'resting') this.writes.moves(id);
      this.afterCommit(() => this.parts.moves.wake());
      return run.seq + 1;
    });
  }

  override stop(id: string, owner: string): Promise<boolean> {
    return this.parts.unit.run(async () => {
      const run = await this.writes.lock(id, owner);
      if (run === undefined) return false;
      if (run.status === 'resting') return true;
      const state = await this.writes.stateOf(id);
      const entries = ending(state, 'stopped');
      this.writes.stop(id, entries, withEntries(state, entries, run.nowMs), run.nowMs);
      this.approvals.lapse(state.calls.flatMap(({ judged }) => judged?.approval ?? []));
      this.afterCommit(() => this.parts.moves.stopped(id));
      return true;
    });
  }

  override async decide(
    id: string,
    owner: string,
    approval: string,
    { approved, note }: { readonly approved: boolean; readonly note?: string },
  ): ReturnType<AgentRuns['decide']> {
    if (note !== undefined) requireLength('the note', note.trim(), LONGEST_TEXT);
    return this.parts.unit.run(async () => {
      const run = await this.writes.lock(id, owner);
      const found = run && (await this.approvals.find(approval, id, owner));
      if (run === undefined || found === undefined) return 'not-found';
      if (found.status === 'lapsed') return 'over';
      if (found.status !== 'open') return 'decided-before';
      if (found.over) return 'over';
      const { turn, index } = found;
      const said = note === undefined ? {} : { note };
      this.approvals.decide(approval, approved, owner);
      this.writes.append(id, run.seq + 1, { kind: 'decided', turn, index, approved, by: owner, ...said }, run.nowMs);
      if (run.status === 'waiting') this.writes.moves(id);
      this.afterCommit(() => this.parts.moves.wake());
      return 'decided';
    });
  }

  override view(id: string, owner: string): Promise<RunView | undefined> {
    return this.reads.view(id, owner);
  }

  override list(owner: string | undefined, page: Parameters<AgentRuns['list']>[1]): Promise<readonly RunView[]> {
    return this.reads.list(owner, { ...page, limit: bounded(page.limit) });
  }

  override entries(id: string, owner: string, after: number, limit: number): Promise<readonly KeptEntry[]> {
    return this.reads.entries(id, owner, after, bounded(limit));
  }

  private afterCommit(then: () => void): void {
    this.parts.unit.onEnd((committed) => {
      if (committed) then();
    });
  }
}

const bounded = (limit: number): number => Math.max(1, Math.min(LARGEST_PAGE, Math.trunc(limit)));

function requireLength(what: string, text: string, most: number): void {
  if (text.length < 1 || text.length > most)
    throw new RangeError(`${what} must have 1 to ${most} characters, not ${text.length}`);
}
