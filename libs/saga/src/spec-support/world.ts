import { type LeaseTerms, SingleStatements, leaseTerms } from '@isolith/journal/internal';
import { openTestContext, type TestContext } from '@isolith/journal/testing';
import { runAs } from '@isolith/message-bus';
import { until } from '@isolith/message-bus/testing';
import { sagaMigrations } from '../migrations/saga-migrations.js';
import type { SagaLog } from '../instance/saga-log.js';
import { sagaRow, type SagaRow } from '../instance/progress.js';
import type { Saga } from '../definition/saga.js';
import { SagaEngine } from '../engine/saga-engine.js';
import type { SagaEngineOptions, SagaEngineParts } from '../engine/saga-engine-parts.js';
import { SagaLeases } from '../leases/saga-leases.js';
import { SagaOperations } from '../operations/saga-operations.js';
import { SagaOverview, type SagaSummary } from '../operations/saga-overview.js';
import { SAGA_COLUMNS } from '../store/saga-sql.js';
import { SagaTable } from '../store/saga-table.js';
import { Sagas } from '../engine/sagas.js';
import type { Execute } from '../definition/step.js';
import { arrive } from './arrive.js';
import type { WorkState } from './work-saga.js';

export type HostOptions = SagaEngineOptions &
  Partial<Pick<LeaseTerms, 'leaseMs' | 'alone'>> &
  Pick<SagaEngineParts, 'draining' | 'mayLead' | 'meetsNewer'>;
export type Parts = Pick<SagaEngineParts, 'table' | 'leases' | 'execute'>;

export interface Logged {
  readonly level: 'warn' | 'error';
  readonly entry: object;
}

/** The context `orders` with a database of its own, and engines on it. */
export class World {
  readonly logged: Logged[] = [];
  private readonly log: SagaLog = {
    warn: (entry) => void this.logged.push({ level: 'warn', entry }),
    error: (entry) => void this.logged.push({ level: 'error', entry }),
  };
  private readonly engines = new Map<SagaEngine, SagaTable>();

  private constructor(
    readonly context: TestContext,
    readonly overview: SagaOverview,
  ) {}

  static async open(): Promise<World> {
    const context = await openTestContext({ context: 'orders', migrations: sagaMigrations });
    return new World(context, new SagaOverview('orders', context.database));
  }

  /** An engine like that of a host of its own. `wrap` puts something between it and its table. */
  engine(
    sagas: readonly Saga<WorkState>[],
    execute: Execute,
    options: HostOptions = {},
    wrap: (parts: Parts) => Parts = (parts) => parts,
  ): SagaEngine {
    const { unit, database } = this.context;
    const terms = leaseTerms(options);
    const table = new SagaTable('orders', unit, new SingleStatements(this.context.journal), terms);
    const parts = wrap({ table, leases: new SagaLeases('orders', unit, database, terms), execute });
    const engine = new SagaEngine(
      {
        context: 'orders',
        log: this.log,
        ...(options.draining === undefined ? {} : { draining: options.draining }),
        ...(options.mayLead === undefined ? {} : { mayLead: options.mayLead }),
        ...(options.meetsNewer === undefined ? {} : { meetsNewer: options.meetsNewer }),
        ...parts,
      },
      options,
    );
    engine.declare(sagas.map(({ plan }) => plan));
    this.engines.set(engine, table);
    return engine;
  }

  /** A host that died is not drained. */
  forget(engine: SagaEngine): void {
    this.engines.delete(engine);
  }

  operations(engine: SagaEngine): SagaOperations {
    return new SagaOperations('orders', this.context.unit, engine, this.log);
  }

  sagas(engine: SagaEngine): Sagas {
    const table = this.engines.get(engine);
    if (table === undefined) throw new Error('no engine of this world');
    return new Sagas('orders', this.context.unit, table, engine);
  }

  /** An event comes, as the subscription of the host of `engine` takes it: once for each id. */
  arrives(engine: SagaEngine, happened: object, id: string): Promise<void> {
    return arrive(this.context.journal, engine, happened, id);
  }

  /** Ends the leases of a saga before their time, or makes it due: what would take the database's clock seconds. */
  async set(id: string, assignment: string): Promise<void> {
    await this.context.unit.run(() =>
      this.context.unit.execute(`UPDATE orders.saga SET ${assignment} WHERE id = $1`, [id]),
    );
  }

  /** Begins a saga as user `customer`, in a unit of its own. */
  begin(engine: SagaEngine, declared: Saga<WorkState>, id: string): Promise<void> {
    return this.beginTogether(engine, declared, [id]);
  }

  /** Several, in one unit. */
  async beginTogether(engine: SagaEngine, declared: Saga<WorkState>, ids: readonly string[]): Promise<void> {
    const sagas = this.sagas(engine);
    const principal = { service: 'gateway', user: 'customer', roles: ['admin'] };
    const begin = async (): Promise<void> => {
      for (const id of ids) await sagas.begin(declared, id, { saga: id, tokens: [] });
    };
    await runAs('orders', () => this.context.unit.run(begin), { principal, correlationId: `of ${ids.join()}` });
  }

  /** Any saga, by nobody in particular. */
  async beginAs(engine: SagaEngine, declared: Saga<unknown>, id: string, state: unknown): Promise<void> {
    const sagas = this.sagas(engine);
    await runAs('orders', () => this.context.unit.run(() => sagas.begin(declared, id, state)));
  }

  async row(name: string, id: string): Promise<SagaRow> {
    const [row] = await this.context.database.query(
      sagaRow,
      `SELECT ${SAGA_COLUMNS} FROM orders.saga s WHERE s.name = $1 AND s.id = $2`,
      [name, id],
    );
    if (row === undefined) throw new Error(`no saga ${name} ${id}`);
    return row;
  }

  async summary(id: string): Promise<SagaSummary> {
    const [found] = await this.overview.list({ id }, 1);
    if (found === undefined) throw new Error(`no saga ${id}`);
    return found;
  }

  /** Waits until the saga is where `holds` says. */
  async reached(id: string, holds: (saga: SagaSummary) => boolean): Promise<SagaSummary> {
    let found = await this.summary(id);
    await until(async () => holds((found = await this.summary(id))));
    return found;
  }

  async ended(id: string): Promise<string> {
    return (await this.reached(id, ({ status }) => status !== 'running' && status !== 'compensating')).status;
  }

  async timeline(name: string, id: string): Promise<readonly string[]> {
    return (await this.overview.timeline(name, id)).map(({ what }) => what);
  }

  async close(): Promise<void> {
    await Promise.all([...this.engines.keys()].map((engine) => engine.drain(AbortSignal.timeout(1_000))));
    await this.context.close();
  }
}
