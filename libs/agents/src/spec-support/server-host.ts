import { anyone, command, query } from '@isolith/contracts';
import { ContextDatabase, contextJournal, journalMigrations, UnitOfWork, type ContextJournal } from '@isolith/journal';
import { ContextInbox, leaseTerms } from '@isolith/journal/internal';
import { MessageRouter } from '@isolith/message-bus';
import { Databases, type MigrationClass } from '@isolith/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';
import { agent } from '../agent/agent.js';
import { AgentEngine } from '../engine/agent-engine.js';
import { AgentTools } from '../engine/agent-tools.js';
import type { AgentEngineParts, RunLog } from '../engine/engine-parts.js';
import { StoredAgentRuns } from '../engine/stored-agent-runs.js';
import { RunLeases } from '../leases/run-leases.js';
import { agentMigrations } from '../migrations/agent-migrations.js';
import type { ScriptedTurn } from '../model/script.js';
import { scriptedModel } from '../model/scripted-model.js';
import { Approvals } from '../store/approvals.js';
import { DayUse } from '../store/day-use.js';
import { RunSaves } from '../store/run-saves.js';
import { write } from '../tools/entries.js';
import { approve, auto } from '../tools/policies.js';
import { ToolCalls } from '../tools/tool-calls.js';
import { tools } from '../tools/tools.js';

const input = z.object({ what: z.enum(['note', 'label', 'close', 'tell']) }).describe('Does something.');
class Look extends query('work.look', {
  input: z.object({ order: z.int() }).describe('Looks an order up.'),
  output: z.object({ done: z.int() }),
  access: [anyone()],
}) {}
class Do extends command('work.do', { input, access: [anyone()] }) {}
class Refund extends command('work.refund', {
  input: z.object({ order: z.int() }).describe('Refunds an order.'),
  access: [anyone()],
}) {}

export const CLERK = agent({
  name: 'helpdesk.clerk',
  model: 'small',
  price: { input: 1_000_000, output: 1_000_000 },
  instructions: 'Help.',
  tools: tools({
    read: [Look],
    write: [write(Do, { policy: auto('it is harmless') }), write(Refund, { policy: approve('it costs money') })],
  }),
  limits: { inputTokens: 50_000, tokensPerRun: 2_000_000 },
});

const does = (what: string) => ({ tool: 'work_do', input: { what } });
const SCRIPT: readonly ScriptedTurn[] = [
  { call: [{ tool: 'work_look', input: { order: 7 } }] },
  { call: [does('note'), does('label')] },
  { call: [{ tool: 'work_refund', input: { order: 7 } }] },
  { call: [does('close')] },
  { call: [does('tell')] },
  { say: 'All is done.' },
];
/** In any order for those of one turn. */
export const EFFECTS: readonly string[] = ['close', 'label', 'note', 'refund', 'tell'];

class CreateEffect implements MigrationInterface {
  readonly name = 'CreateEffect1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    // Nothing here refuses a second effect; only the inbox does.
    await runner.query('CREATE TABLE work.effect (what text NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE work.effect');
  }
}

/**
 * A host with an agent in `helpdesk` and its tools in `work`, which has a real inbox, on a PostgreSQL that others use
 * too.
 */
export class ServerHost {
  private constructor(
    readonly engine: AgentEngine,
    readonly runs: StoredAgentRuns,
    private readonly work: ContextDatabase,
    readonly close: () => Promise<void>,
  ) {}

  static async open(
    url: string,
    leaseMs: number,
    log: RunLog,
    wrap: (parts: AgentEngineParts) => AgentEngineParts = (parts) => parts,
  ): Promise<ServerHost> {
    const databases = new Databases({ targetOf: () => ({ kind: 'postgres', url, poolSize: 4 }) });
    const open = async (context: string, migrations: readonly MigrationClass[]): Promise<ContextJournal> => {
      const source = await databases.open({ context, entities: [], migrations: [...journalMigrations, ...migrations] });
      return contextJournal({ context }, async () => source);
    };
    const [own, work] = [await open('helpdesk', agentMigrations), await open('work', [CreateEffect])];
    const router = routerOf(work);
    await router.listenHere();
    const unit = new UnitOfWork(own);
    const database = new ContextDatabase(own);
    const send = { execute: (message: object) => router.send(message) };
    const onError = (error: Error): void => log.error({ message: error.message });
    const calls = new ToolCalls({ context: 'helpdesk', buses: { commands: send, queries: send }, onError });
    const agents = new Map([[CLERK.name, CLERK]]);
    const engine = new AgentEngine(
      wrap({
        context: 'helpdesk',
        agents,
        model: scriptedModel(SCRIPT),
        tools: new AgentTools(calls),
        principals: { rolesOf: async () => ['customer'] },
        saves: new RunSaves('helpdesk', unit, leaseMs),
        leases: new RunLeases('helpdesk', unit, database, leaseTerms({ leaseMs })),
        approvals: new Approvals('helpdesk', unit),
        use: new DayUse('helpdesk', unit),
        log,
      }),
      { pollMs: 200 },
    );
    const runs = new StoredAgentRuns({
      context: 'helpdesk',
      schema: 'helpdesk',
      unit,
      database,
      agents,
      moves: engine,
    });
    const close = async (): Promise<void> => {
      await engine.drain(AbortSignal.timeout(1_000));
      await router.close();
      await databases.close();
    };
    return new ServerHost(engine, runs, new ContextDatabase(work), close);
  }

  /** What happened in `work`, by name. */
  async effects(): Promise<readonly string[]> {
    const rows = await this.work.query(z.object({ what: z.string() }), 'SELECT what FROM work.effect ORDER BY what');
    return rows.map(({ what }) => what);
  }
}

function routerOf(work: ContextJournal): MessageRouter {
  const router = new MessageRouter({ placement: { here: ['helpdesk', 'work'] }, onError: () => undefined });
  const unit = new UnitOfWork(work);
  const effect = (what: string): Promise<void> =>
    unit.run(async () => {
      await unit.execute('INSERT INTO work.effect (what) VALUES ($1)', [what]);
    });
  router.handle({ message: Look, by: 'host', invoke: async () => ({ done: 0 }) });
  router.handle({ message: Do, by: 'host', invoke: (given) => effect(input.parse({ ...given }).what) });
  router.handle({ message: Refund, by: 'host', invoke: () => effect('refund') });
  router.useInbox('work', new ContextInbox(work));
  return router;
}
