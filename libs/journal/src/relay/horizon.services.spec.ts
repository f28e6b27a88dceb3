import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { until } from '@isolith/message-bus/testing';
import { Horizon } from './horizon.js';
import { createServerDatabase, testsRunOnServer } from '@isolith/postgres/testing';
import { openTestContext, type TestContext } from '../testing/index.js';

testsRunOnServer();
let sales: TestContext;
let elsewhere: Awaited<ReturnType<typeof createServerDatabase>>;
beforeAll(async () => {
  sales = await openTestContext({ context: 'sales' });
  elsewhere = await createServerDatabase();
});
afterAll(async () => {
  await sales.close();
  await elsewhere.drop();
});

const look = () => new Horizon(sales.journal.dataSource).look();
/** Others use this server too: waits until the oldest transaction is the one meant. */
async function oldestIs(
  meant: (age: Awaited<ReturnType<typeof look>>) => boolean,
): Promise<Awaited<ReturnType<typeof look>>> {
  let age = await look();
  await until(async () => meant((age = await look())));
  return age;
}

describe('the horizon', () => {
  it('names the session of the oldest writing transaction of the cluster, whatever its database, and not its query', async () => {
    const idle = new Client({ connectionString: elsewhere.url, application_name: 'long job' });
    await idle.connect();
    await idle.query('BEGIN');
    await idle.query("SELECT pg_current_xact_id(), 'a secret'");
    const held = await oldestIs(({ holder, seconds }) => holder?.applicationName === 'long job' && seconds > 0.05);
    expect(held).toEqual({
      seconds: expect.any(Number),
      holder: {
        pid: expect.any(Number),
        applicationName: 'long job',
        state: 'idle in transaction',
        database: new URL(elsewhere.url).pathname.slice(1),
      },
    });
    await idle.query('ROLLBACK');
    await idle.end();
    await oldestIs(({ holder }) => holder?.applicationName !== 'long job');
  });

  it('does not count a session that only reads', async () => {
    const reader = new Client({ connectionString: elsewhere.url, application_name: 'a report' });
    await reader.connect();
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await reader.query('SELECT 1');
    await sleep(20);
    expect((await look()).holder?.applicationName).not.toBe('a report');
    await reader.end();
  });
});
