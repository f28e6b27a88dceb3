import { openTestContext, type TestContext } from '@isolith/journal/testing';
import { runAs } from '@isolith/message-bus';
import { z } from 'zod';
import { sagaMigrations } from '../migrations/saga-migrations.js';
import { saga, type Saga } from '../saga.js';
import { SagaEngine, type SagaEngineOptions, type SagaEngineParts } from '../saga-engine.js';
import { SagaOverview, type SagaSummary } from '../saga-overview.js';
import { SagaTable } from '../saga-table.js';
import { Sagas } from '../sagas.js';
import { step, type Execute, type Step } from '../step.js';
import { DoWork, Risky, TellFailed, UndoWork } from './workshop.js';

export const WorkState = z.object({ saga: z.string(), tokens: z.array(z.string()) });
export type WorkState = z.output<typeof WorkState>;

const retry = { attempts: 3, initialDelayMs: 1, maxDelayMs: 2 };

/** `a!` is a pivot, `a+` retriable, anything else compensable. */
export function workStep(spelled: string): Step<WorkState> {
  const name = spelled.replace(/[!+]$/, '');
  const base = {
    name,
    retry,
    invoke: (state: WorkState) => new DoWork({ saga: state.saga, step: name }),
    extend: (state: WorkState, { token }: { token: string }) => ({ ...state, tokens: [...state.tokens, token] }),
  };
  if (spelled.endsWith('!')) return step({ ...base, pivot: true });
  if (spelled.endsWith('+')) return step({ ...base, retriable: true });
  return step({ ...base, compensate: (state: WorkState) => new UndoWork({ saga: state.saga, step: name }), compensateAfter: [Risky] });
}

export function workSaga(name: `orders.${string}`, steps: readonly string[], version = 1): Saga<WorkState> {
  return saga({
    name,
    version,
    state: WorkState,
    steps: steps.map(workStep),
    failed: (state, cause) => new TellFailed({ saga: state.saga, reason: cause.type }),
  });
}

export interface Logged {
  readonly level: 'warn' | 'error';
  readonly entry: object;
}

/** The context `orders` with a database in memory, and engines on it. */
export class World {
  readonly logged: Logged[] = [];
  private readonly engines: SagaEngine[] = [];

  private constructor(
    readonly context: TestContext,
    readonly table: SagaTable,
    readonly overview: SagaOverview,
  ) {}

  static async open(): Promise<World> {
    const context = await openTestContext({ context: 'orders', migrations: sagaMigrations });
    return new World(context, new SagaTable('orders', context.unit, context.database), new SagaOverview('orders', context.database));
  }

  engine(sagas: readonly Saga<WorkState>[], execute: Execute, options: SagaEngineOptions = {}, table: SagaEngineParts['table'] = this.table): SagaEngine {
    const log = { warn: (entry: object) => void this.logged.push({ level: 'warn', entry }), error: (entry: object) => void this.logged.push({ level: 'error', entry }) };
    const engine = new SagaEngine({ context: 'orders', table, execute, log }, options);
    engine.declare(sagas.map(({ plan }) => plan));
    this.engines.push(engine);
    return engine;
  }

  /** Begins a saga as user `customer`, in a unit of its own. */
  async begin(engine: SagaEngine, declared: Saga<WorkState>, id: string): Promise<void> {
    const sagas = new Sagas('orders', this.table, engine);
    const principal = { service: 'gateway', user: 'customer', roles: ['admin'] };
    await runAs('orders', () => this.context.unit.run(() => sagas.begin(declared, id, { saga: id, tokens: [] })), { principal, correlationId: `of ${id}` });
  }

  async summary(id: string): Promise<SagaSummary> {
    const [found] = await this.overview.list({ id }, 1);
    if (found === undefined) throw new Error(`no saga ${id}`);
    return found;
  }

  /** Waits until the saga is where `holds` says. */
  async reached(id: string, holds: (saga: SagaSummary) => boolean): Promise<SagaSummary> {
    for (;;) {
      const found = await this.summary(id);
      if (holds(found)) return found;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  async ended(id: string): Promise<string> {
    return (await this.reached(id, ({ status }) => status !== 'running' && status !== 'compensating')).status;
  }

  async timeline(name: string, id: string): Promise<readonly string[]> {
    return (await this.overview.timeline(name, id)).map(({ what }) => what);
  }

  async close(): Promise<void> {
    await Promise.all(this.engines.map((engine) => engine.drain(AbortSignal.timeout(1_000))));
    await this.context.close();
  }
}
