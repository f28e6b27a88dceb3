import { type LeaseTerms, leaseTerms } from '@isolith/journal/internal';
import { openTestContext, type TestContext } from '@isolith/journal/testing';
import { until } from '@isolith/message-bus/testing';
import { z } from 'zod';
import { agent, type Agent, type AgentLimits } from '../agent/agent.js';
import { AgentEngine } from '../engine/agent-engine.js';
import type { AgentEngineOptions, AgentEngineParts } from '../engine/engine-parts.js';
import type { GovernedTools } from '../engine/governed-tools.js';
import { agentMigrations } from '../migrations/agent-migrations.js';
import type { Model } from '../model/model.js';
import { runOf } from '../run/evolve.js';
import type { RunState } from '../run/run-state.js';
import type { RunView } from '../runs/agent-runs.js';
import { StoredAgentRuns } from '../engine/stored-agent-runs.js';
import { Approvals } from '../store/approvals.js';
import { DayUse } from '../store/day-use.js';
import { RunLeases } from '../leases/run-leases.js';
import { RunSaves } from '../store/run-saves.js';
import { tools } from '../tools/tools.js';
import { Look } from './desk-contracts.js';

export interface HostOptions extends AgentEngineOptions, Partial<Pick<LeaseTerms, 'leaseMs' | 'alone'>> {
  readonly model: Model;
  readonly tools: GovernedTools;
  readonly draining?: AbortSignal;
  readonly rolesOf?: AgentEngineParts['principals']['rolesOf'];
}

const sums = z.object({ scope: z.string(), tokens: z.number(), money: z.number() });
const rows = z.object({ seq: z.int(), holder: z.string().nullable(), token: z.int() });
const approvals = z.object({ id: z.string(), status: z.string() });

/** An agent of the context `helpdesk`. What is called, and what becomes of it, the `tools` of its host say. */
export const deskAgent = (limits: Partial<AgentLimits> = {}, name = 'helpdesk.clerk'): Agent =>
  agent({
    name,
    model: 'small',
    price: { input: 2_000_000, output: 4_000_000 },
    instructions: 'Help.',
    tools: tools({ read: [Look] }),
    limits: { inputTokens: 50_000, tokensPerRun: 2_000_000, moneyPerRun: 20_000_000, ...limits },
  });

/** The context `helpdesk` with a database of its own, and engines on it. */
export class AgentWorld {
  /** What engines said that nobody hears as an answer. */
  readonly logged: object[] = [];
  private readonly engines = new Set<AgentEngine>();

  private constructor(readonly context: TestContext) {}

  static async open(): Promise<AgentWorld> {
    return new AgentWorld(await openTestContext({ context: 'helpdesk', migrations: agentMigrations }));
  }

  /** An engine like that of a host of its own. `wrap` puts something between it and what it works with. */
  host(
    agents: readonly Agent[],
    { model, tools: called, leaseMs = 5_000, alone = false, draining, rolesOf, ...options }: HostOptions,
    wrap: (parts: AgentEngineParts) => AgentEngineParts = (parts) => parts,
  ): AgentEngine {
    const { unit, database } = this.context;
    const log = {
      warn: (entry: object) => void this.logged.push(entry),
      error: (entry: object) => void this.logged.push(entry),
    };
    const engine = new AgentEngine(
      wrap({
        context: 'helpdesk',
        model,
        tools: called,
        log,
        agents: new Map(agents.map((each) => [each.name, each])),
        principals: { rolesOf: rolesOf ?? (async () => ['customer']) },
        saves: new RunSaves('helpdesk', unit, leaseMs),
        leases: new RunLeases('helpdesk', unit, database, leaseTerms({ leaseMs, alone })),
        approvals: new Approvals('helpdesk', unit),
        use: new DayUse('helpdesk', unit),
        ...(draining === undefined ? {} : { draining }),
      }),
      { pollMs: 100, random: () => 0, sleep: async () => undefined, ...options },
    );
    this.engines.add(engine);
    return engine;
  }

  /** The runs as handlers use them; whatever becomes due, all hosts of this world are told. */
  runs(agents: readonly Agent[]): StoredAgentRuns {
    const { unit, database } = this.context;
    return new StoredAgentRuns({
      context: 'helpdesk',
      schema: 'helpdesk',
      unit,
      database,
      agents: new Map(agents.map((each) => [each.name, each])),
      moves: {
        wake: () => this.engines.forEach((engine) => engine.wake()),
        stopped: (id) => this.engines.forEach((engine) => engine.stopped(id)),
      },
    });
  }

  /** A host that died is neither told nor drained. */
  forget(engine: AgentEngine): void {
    this.engines.delete(engine);
  }

  /** Ends leases before their time, or makes a run due: what would take the database's clock a while. */
  async set(id: string, assignment: string): Promise<void> {
    await this.context.unit.run(() =>
      this.context.unit.execute(`UPDATE helpdesk.agent_run SET ${assignment} WHERE id = $1`, [id]),
    );
  }

  async execute(sql: string, values: readonly unknown[] = []): Promise<void> {
    await this.context.unit.run(() => this.context.unit.execute(sql, values));
  }

  async state(runs: StoredAgentRuns, id: string): Promise<RunState> {
    return runOf(await runs.entries(id, 'ada', 0, 1_000));
  }

  async kinds(runs: StoredAgentRuns, id: string): Promise<readonly string[]> {
    return (await runs.entries(id, 'ada', 0, 1_000)).map(({ entry }) => entry.kind);
  }

  /** Waits until the run of `ada` is where `holds` says. */
  async reached(runs: StoredAgentRuns, id: string, holds: (run: RunView) => boolean): Promise<RunView> {
    let found: RunView | undefined;
    await until(async () => {
      found = await runs.view(id, 'ada');
      return found !== undefined && holds(found);
    });
    if (found === undefined) throw new Error(`no run ${id}`);
    return found;
  }

  rests(runs: StoredAgentRuns, id: string): Promise<RunView> {
    return this.reached(runs, id, ({ status }) => status === 'resting');
  }

  async row(id: string): Promise<z.output<typeof rows>> {
    const sql = 'SELECT seq, holder, token FROM helpdesk.agent_run WHERE id = $1';
    const [row] = await this.context.database.query(rows, sql, [id]);
    return rows.parse(row);
  }

  /** What the days of an agent come to. */
  async use(name: string): Promise<readonly z.output<typeof sums>[]> {
    return this.context.database.query(
      sums,
      `SELECT scope, sum(tokens)::float8 AS tokens, sum(money)::float8 AS money FROM helpdesk.agent_use
       WHERE agent = $1 GROUP BY scope ORDER BY scope`,
      [name],
    );
  }

  async approvals(run: string): Promise<readonly string[]> {
    const sql = 'SELECT id, status FROM helpdesk.agent_approval WHERE run = $1 ORDER BY turn, index';
    return (await this.context.database.query(approvals, sql, [run])).map(({ status }) => status);
  }

  async close(): Promise<void> {
    await Promise.all([...this.engines].map((engine) => engine.drain(AbortSignal.timeout(1_000))));
    await this.context.close();
  }
}
