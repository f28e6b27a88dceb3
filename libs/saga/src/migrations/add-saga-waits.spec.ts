import { leaseTerms } from '@isolith/journal/internal';
import { afterEach, expect, it } from '@jest/globals';
import { openTestContext, type TestContext } from '@isolith/journal/testing';
import { z } from 'zod';
import { SagaLeases } from '../leases/saga-leases.js';
import { AddSagaWaits } from './add-saga-waits.js';
import { sagaMigrations } from './saga-migrations.js';

let orders: TestContext | undefined;
afterEach(() => orders?.close());

const columns = z.object({ name: z.string() });

it('is made of tables that hold sagas of the release before, which go on; and is taken back', async () => {
  const before = sagaMigrations.filter((migration) => migration !== AddSagaWaits);
  expect(before).toHaveLength(sagaMigrations.length - 1);
  const context = await openTestContext({ context: 'orders', migrations: before });
  orders = context;
  const { unit, database, journal } = context;
  /** The embedded database has one connection. */
  const migrate = async (how: 'up' | 'down'): Promise<void> => {
    const runner = (await journal.dataSource()).createQueryRunner();
    try {
      await new AddSagaWaits()[how](runner);
    } finally {
      await runner.release();
    }
  };
  const former = await columnsOf(context);
  await unit.run(() =>
    unit.execute(
      `INSERT INTO orders.saga (name, id, version, state, step, principal, correlation_id)
       VALUES ('orders.old', '1', 1, '{}', 'a', '{"service":"orders","roles":[]}', 'c')`,
    ),
  );
  await migrate('up');
  const [row] = await new SagaLeases('orders', unit, database, leaseTerms()).claim(
    [{ name: 'orders.old', version: 1 }],
    [],
    1,
  );
  expect(row).toMatchObject({ id: '1', step: 'a', wait: null, heard: [], wait_ms: null, waited_ms: null });
  await migrate('down');
  expect(await columnsOf(context)).toEqual(former);
});

const columnsOf = ({ database }: TestContext) =>
  database.query(
    columns,
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'orders' ORDER BY 1`,
  );
