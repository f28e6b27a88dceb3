import { SingleStatements, leaseTerms } from '@isolith/journal/internal';
import type { SagaRow, Transition } from '../instance/progress.js';
import { SagaLeases } from '../leases/saga-leases.js';
import { SagaTable } from '../store/saga-table.js';
import { sagaRow } from './saga-row.js';
import { workSaga } from './work-saga.js';
import { Workshop } from './workshop.js';
import type { World } from './world.js';

export const SAVED = 'orders.saved';
const known = [{ name: SAVED, version: 1 }];
const declared = workSaga(SAVED, ['a', 'b']);
export type SavingHost = ReturnType<typeof host>;

/** A host by its table alone, which counts what it sends and may be told to lose the answer. */
export function host(world: World) {
  const sent: string[] = [];
  const fate = { after: async (): Promise<void> => undefined };
  const single = new SingleStatements(world.context.journal);
  const statements: Pick<SingleStatements, 'run'> = {
    run: async (row, statement, values) => {
      const together = statement.text.includes('json_to_recordset');
      sent.push(together ? 'together' : 'alone');
      const rows = await single.run(row, statement, values);
      if (together) await fate.after();
      return rows;
    },
  };
  const { unit, database } = world.context;
  const terms = leaseTerms({ leaseMs: 60_000 });
  return {
    sent,
    fate,
    table: new SagaTable('orders', unit, statements, terms),
    leases: new SagaLeases('orders', unit, database, terms),
  };
}

/** Sagas that were begun by somebody who is gone, claimed by the host; in this order, which a claim has not. */
export async function claimed(world: World, { leases }: SavingHost, ...ids: readonly string[]): Promise<SagaRow[]> {
  const engine = world.engine([declared], (await new Workshop().open()).execute);
  for (const id of ids) await world.begin(engine, declared, id);
  world.forget(engine);
  const rows = await leases.claim(known, [], 100);
  return ids.flatMap((id) => rows.filter((row) => row.id === id));
}

export const onwards = (row: SagaRow, more: Partial<Transition['next']> = {}): Transition => ({
  next: { ...row, step: 'b', done: ['a'], ...more },
  entry: 'a done',
  pauseMs: 0,
});
/** Saves them all in one statement: they are asked for while another save, of no saga at all, is under way. */
export async function together(
  { table, sent }: SavingHost,
  rows: readonly SagaRow[],
  transition: (row: SagaRow) => Transition,
): Promise<(SagaRow | undefined | Error)[]> {
  const nobody = sagaRow(SAVED, { id: 'nobody', state: {} });
  const [ahead, ...asked] = [nobody, ...rows].map((row) =>
    table.save(row, transition(row), 1, true).catch((error: Error) => error),
  );
  if ((await ahead) !== undefined) throw new Error('nobody was saved');
  const saved = await Promise.all(asked);
  if (sent.splice(0, 2).join() !== 'alone,together') throw new Error('they were not saved together');
  return saved;
}
