import { leaseTerms } from '@isolith/journal/internal';
import { afterEach, expect, it } from '@jest/globals';
import { openTestContext, type TestContext } from '@isolith/journal/testing';
import { SagaLeases } from '../leases/saga-leases.js';
import { AddSagaTrace } from './add-saga-trace.js';
import { sagaMigrations } from './saga-migrations.js';

let orders: TestContext | undefined;
afterEach(() => orders?.close());

it('leaves sagas of the release before without a trace, also those that it begins afterwards; and is taken back', async () => {
  const context = await openTestContext({
    context: 'orders',
    migrations: sagaMigrations.filter((migration) => migration !== AddSagaTrace),
  });
  orders = context;
  const { unit, database, journal } = context;
  const migrate = async (how: 'up' | 'down'): Promise<void> => {
    const runner = (await journal.dataSource()).createQueryRunner();
    try {
      await new AddSagaTrace()[how](runner);
    } finally {
      await runner.release();
    }
  };
  /** As the release before writes it. */
  const begin = (id: string): Promise<number> =>
    unit.run(() =>
      unit.execute(
        `INSERT INTO orders.saga (name, id, version, state, step, principal, correlation_id)
         VALUES ('orders.old', $1, 1, '{}', 'a', '{"service":"orders","roles":[]}', 'c')`,
        [id],
      ),
    );
  await begin('1');
  await migrate('up');
  await begin('2');
  const rows = await new SagaLeases('orders', unit, database, leaseTerms()).claim(
    [{ name: 'orders.old', version: 1 }],
    [],
    2,
  );
  expect(rows).toMatchObject([
    { id: '1', traceparent: null },
    { id: '2', traceparent: null },
  ]);
  await migrate('down');
  await begin('3');
});
