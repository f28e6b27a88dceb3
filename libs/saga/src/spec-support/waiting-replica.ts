import { ContextDatabase, contextJournal, journalMigrations, UnitOfWork, type ContextJournal } from '@isolith/journal';
import { SingleStatements, leaseTerms } from '@isolith/journal/internal';
import { runAs } from '@isolith/message-bus';
import { Databases } from '@isolith/postgres';
import type { Saga } from '../definition/saga.js';
import type { Execute } from '../definition/step.js';
import { SagaEngine } from '../engine/saga-engine.js';
import { Sagas } from '../engine/sagas.js';
import { SagaLeases } from '../leases/saga-leases.js';
import { sagaMigrations } from '../migrations/saga-migrations.js';
import { SagaTable } from '../store/saga-table.js';
import { arrive } from './arrive.js';
import type { WorkState } from './work-saga.js';

/** Nobody dies here: a process that stands still for longer than a lease takes would do the same step twice. */
const LEASE_MS = 60_000;

/**
 * A replica of `orders` with pools of its own, on a PostgreSQL that others use too. It looks at its table once a minute
 * unless it is woken.
 */
export class WaitingReplica {
  private constructor(
    readonly engine: SagaEngine,
    readonly database: ContextDatabase,
    readonly unit: UnitOfWork,
    private readonly journal: ContextJournal,
    private readonly sagas: Sagas,
    private readonly declared: Saga<WorkState>,
    private readonly databases: Databases,
  ) {}

  static async open(
    url: string,
    declared: Saga<WorkState>,
    execute: Execute,
    log: (entry: object) => void,
  ): Promise<WaitingReplica> {
    const databases = new Databases({ targetOf: () => ({ kind: 'postgres', url, poolSize: 6 }) });
    const migrations = [...journalMigrations, ...sagaMigrations];
    const source = await databases.open({ context: 'orders', entities: [], migrations });
    const journal = contextJournal({ context: 'orders' }, async () => source);
    const [unit, database] = [new UnitOfWork(journal), new ContextDatabase(journal)];
    const terms = leaseTerms({ leaseMs: LEASE_MS });
    const table = new SagaTable('orders', unit, new SingleStatements(journal), terms);
    const leases = new SagaLeases('orders', unit, database, terms);
    const engine = new SagaEngine(
      { context: 'orders', table, leases, execute, log: { warn: log, error: log } },
      { pollMs: 60_000 },
    );
    engine.declare([declared.plan]);
    const sagas = new Sagas('orders', unit, table, engine);
    return new WaitingReplica(engine, database, unit, journal, sagas, declared, databases);
  }

  begin(id: string): Promise<void> {
    return runAs('orders', () => this.unit.run(() => this.sagas.begin(this.declared, id, { saga: id, tokens: [] })));
  }

  arrives(event: object, id: string): Promise<void> {
    return arrive(this.journal, this.engine, event, id);
  }

  async close(): Promise<void> {
    await this.engine.drain(AbortSignal.timeout(5_000));
    await this.databases.close();
  }
}
