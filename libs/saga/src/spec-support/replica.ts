import { ContextDatabase, contextJournal, UnitOfWork, journalMigrations, type ContextJournal } from '@isolith/journal';
import { leaseTerms, ContextInbox, SingleStatements } from '@isolith/journal/internal';
import { Databases, type MigrationClass } from '@isolith/postgres';
import { MessageRouter, runAs } from '@isolith/message-bus';
import type { Command } from '@nestjs/cqrs';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';
import { SagaEngine, SagaLeases, sagaMigrations, SagaOverview, Sagas, SagaTable, type SagaLog } from '../index.js';
import type { Execute } from '../definition/step.js';
import { DoWork, Refused, TellFailed, UndoWork } from './workshop.js';
import { workSaga } from './work-saga.js';

/** A saga whose id ends in `!do c` has that command refused. */
export const MANY = workSaga('orders.many', ['a', ['b', 'c'], 'd!', ['e+', 'f+']]);
export const FENCED = workSaga('orders.fenced', ['a', 'b', 'c!'], 1, { deadlineMs: 3_600_000 });

class CreateEffect implements MigrationInterface {
  readonly name = 'CreateEffect1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    // Nothing here refuses a second effect; only the inbox does.
    await runner.query(
      'CREATE TABLE work.effect (position bigint GENERATED ALWAYS AS IDENTITY, what text NOT NULL, saga text NOT NULL)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE work.effect');
  }
}

/** What a command is called in these specs, `do a`, `undo a` or `tell-failed`, and the saga that it is for. */
export function whatOf(command: object): { readonly what: string; readonly of: string } {
  const { saga: of, step = '' } = z.object({ saga: z.string(), step: z.string().optional() }).parse({ ...command });
  if (command instanceof DoWork) return { what: `do ${step}`, of };
  return { what: command instanceof UndoWork ? `undo ${step}` : 'tell-failed', of };
}

export type Send = (sending: ReturnType<typeof whatOf>, send: () => Promise<unknown>) => Promise<unknown>;

/** A replica of a host: `orders` with its sagas and `work` with a real inbox, on a PostgreSQL that others use too. */
export class Replica {
  private constructor(
    readonly engine: SagaEngine,
    readonly sagas: Sagas,
    readonly overview: SagaOverview,
    readonly unit: UnitOfWork,
    private readonly work: ContextDatabase,
    private readonly closing: () => Promise<void>,
  ) {}

  static async open(
    url: string,
    leaseMs: number,
    log: SagaLog,
    around: Send = (_sending, send) => send(),
  ): Promise<Replica> {
    const databases = new Databases({ targetOf: () => ({ kind: 'postgres', url, poolSize: 4 }) });
    const open = async (context: string, migrations: readonly MigrationClass[]): Promise<ContextJournal> => {
      const source = await databases.open({ context, entities: [], migrations: [...journalMigrations, ...migrations] });
      return contextJournal({ context }, async () => source);
    };
    const [orders, work] = [await open('orders', sagaMigrations), await open('work', [CreateEffect])];
    const router = routerOf(work);
    await router.listenHere();
    // The router yields what the command's contract declares.
    const execute: Execute = <R>(command: Command<R>) =>
      around(whatOf(command), () => router.send(command)) as Promise<R>;
    const unit = new UnitOfWork(orders);
    const database = new ContextDatabase(orders);
    const terms = leaseTerms({ leaseMs });
    const table = new SagaTable('orders', unit, new SingleStatements(orders), terms);
    const engine = new SagaEngine(
      { context: 'orders', table, leases: new SagaLeases('orders', unit, database, terms), execute, log },
      { pollMs: 500 },
    );
    engine.declare([FENCED.plan, MANY.plan]);
    return new Replica(
      engine,
      new Sagas('orders', unit, table, engine),
      new SagaOverview('orders', database),
      unit,
      new ContextDatabase(work),
      async () => {
        await engine.drain(AbortSignal.timeout(1_000));
        await router.close();
        await databases.close();
      },
    );
  }

  begin(id: string): Promise<void> {
    return runAs('orders', () => this.unit.run(() => this.sagas.begin(FENCED, id, { saga: id, tokens: [] })));
  }

  /** Many at once, in one unit; they are anybody's. */
  beginMany(ids: readonly string[]): Promise<void> {
    return runAs('orders', () =>
      this.unit.run(async () => {
        for (const id of ids) await this.sagas.begin(MANY, id, { saga: id, tokens: [] });
      }),
    );
  }

  /** What happened in `work` for each saga, in order. */
  async ledger(): Promise<ReadonlyMap<string, readonly string[]>> {
    const rows = await this.work.query(
      z.object({ saga: z.string(), whats: z.array(z.string()) }),
      'SELECT saga, array_agg(what ORDER BY position) AS whats FROM work.effect GROUP BY saga',
    );
    return new Map(rows.map(({ saga, whats }) => [saga, whats]));
  }

  /** What happened in `work` for one saga, in order. */
  async effects(id: string): Promise<readonly string[]> {
    return (
      await this.work.query(
        z.object({ what: z.string() }),
        'SELECT what FROM work.effect WHERE saga = $1 ORDER BY position',
        [id],
      )
    ).map(({ what }) => what);
  }

  close(): Promise<void> {
    return this.closing();
  }
}

function routerOf(work: ContextJournal): MessageRouter {
  const router = new MessageRouter({ placement: { here: ['orders', 'work'] }, onError: () => undefined });
  const unit = new UnitOfWork(work);
  const effect = (message: object): Promise<{ token: string } | undefined> =>
    unit.run(async () => {
      const { what, of } = whatOf(message);
      if (of.endsWith(`!${what}`)) throw new Refused({});
      await unit.execute('INSERT INTO work.effect (what, saga) VALUES ($1, $2)', [what, of]);
      return message instanceof DoWork ? { token: 'done' } : undefined;
    });
  for (const message of [DoWork, UndoWork, TellFailed])
    router.handle({ message, by: 'replica', invoke: (input) => effect(message.restore({ ...input })) });
  router.useInbox('work', new ContextInbox(work));
  return router;
}
