import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OverloadedError } from '@isolith/contracts';
import { runAs } from '@isolith/message-bus';
import { until } from '@isolith/message-bus/testing';
import { Client, escapeIdentifier } from 'pg';
import type { DataSource } from 'typeorm';
import { contextJournal, journalMigrations, UnitOfWork } from '../index.js';
import { Databases } from '@isolith/postgres';
import { createServerDatabase } from '@isolith/postgres/testing';
import { CreateSale } from '../testing/sample-sales.js';

const POOL = 3;

let place: Awaited<ReturnType<typeof createServerDatabase>>;
let admin: Client;
let databases: Databases;
let source: DataSource;
let unit: UnitOfWork;
beforeAll(async () => {
  place = await createServerDatabase();
  admin = new Client({ connectionString: place.url });
  await admin.connect();
});
beforeEach(async () => {
  databases = new Databases({ targetOf: () => ({ kind: 'postgres', url: place.url, poolSize: POOL }) });
  source = await databases.open({ context: 'sales', entities: [], migrations: [...journalMigrations, CreateSale] });
  unit = new UnitOfWork(contextJournal({ context: 'sales' }, async () => source));
});
afterEach(async () => {
  await writes('RESET default_transaction_read_only');
  await databases.close();
});
afterAll(async () => {
  await admin.end();
  await place.drop();
});

/** What new sessions find: the server that stands behind the address by then. */
const writes = (setting: string) =>
  admin.query(`ALTER DATABASE ${escapeIdentifier(new URL(place.url).pathname.slice(1))} ${setting}`);
/** All sessions of the pool stay where they are, at a server that takes no writes any more. */
async function demote(): Promise<void> {
  const runners = Array.from({ length: POOL }, () => source.createQueryRunner());
  await Promise.all(runners.map((runner) => runner.query('SET default_transaction_read_only = on')));
  await Promise.all(runners.map((runner) => runner.release()));
}
const sell = (id: string) =>
  runAs('sales', () => unit.run(() => unit.execute('INSERT INTO sales.sale VALUES ($1, 1)', [id])));

describe('a primary that was demoted, whose successor new sessions come to', () => {
  it('is left by all sessions after its first refusal, which is an outage and can be asked again (fault 12)', async () => {
    await demote();
    await expect(sell('a')).rejects.toThrow(OverloadedError);
    await Promise.all(Array.from({ length: 2 * POOL }, (_, nth) => sell(`b${nth}`)));
    await expect(source.query('SELECT count(*)::int AS n FROM sales.sale')).resolves.toEqual([{ n: 2 * POOL }]);
    await source.query('TRUNCATE sales.sale');
  });

  it('is left by all sessions after the question whether the host is ready (fault 12)', async () => {
    await demote();
    expect(await databases.health()).toEqual([{ context: 'sales', ok: true }]);
    await Promise.all(Array.from({ length: 2 * POOL }, (_, nth) => sell(`c${nth}`)));
    await source.query('TRUNCATE sales.sale');
  });
});

describe('a database that takes no writes', () => {
  it('makes its host not ready for as long as that lasts (fault 12)', async () => {
    await writes('SET default_transaction_read_only = on');
    await demote();
    const down = [{ context: 'sales', ok: false, detail: 'the database takes no writes' }];
    expect(await databases.health()).toEqual(down);
    await expect(sell('d')).rejects.toThrow(OverloadedError);
    expect(await databases.health()).toEqual(down);
    await writes('RESET default_transaction_read_only');
    // Sessions are made anew once in a second at most.
    await until(async () => (await databases.health())[0]?.ok === true);
    await sell('e');
  });
});
