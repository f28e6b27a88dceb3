import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { Databases, DatabaseRefusedError } from '@isolith/postgres';
import { journalMigrations } from '../index.js';
import { createServerDatabase } from '@isolith/postgres/testing';
import { Pooler } from './spec-support/pooler.js';

let place: Awaited<ReturnType<typeof createServerDatabase>>;
let pooler: Pooler | undefined;
beforeAll(async () => {
  place = await createServerDatabase();
});
afterEach(async () => {
  await pooler?.close();
  pooler = undefined;
});
afterAll(() => place.drop());

const orders = { context: 'orders', entities: [], migrations: journalMigrations };
const databasesAt = (url: string): Databases =>
  new Databases({
    targetOf: () => ({ kind: 'postgres', url, poolSize: 2, variable: 'ORDERS_DATABASE_URL' }),
    waitMs: 2_000,
  });

describe('a pooler before the database (fault 15)', () => {
  it('that gives each client a session works as it comes', async () => {
    pooler = await Pooler.before(place.url, 'session');
    const databases = databasesAt(pooler.url);
    await databases.open(orders);
    expect(await databases.health()).toEqual([expect.objectContaining({ context: 'orders', ok: true })]);
    expect(pooler.refused).toEqual([]);
    await databases.close();
  });

  it('that lets clients take turns on a session is refused by name, with what to do', async () => {
    pooler = await Pooler.before(place.url, 'transaction');
    const databases = databasesAt(pooler.url);
    const refused: unknown = await databases.open(orders).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DatabaseRefusedError);
    expect(String(refused)).toMatch(
      /ORDERS_DATABASE_URL: .*PgBouncer with pool_mode = transaction.*set pool_mode = session/,
    );
    expect(pooler.refused).toEqual([]);
    await databases.close();
  });

  it('would refuse what it does not know, and gives clients turns', async () => {
    pooler = await Pooler.before(place.url, 'transaction');
    const odd = new Client({ connectionString: pooler.url, statement_timeout: 5_000 });
    await expect(odd.connect()).rejects.toThrow('unsupported startup parameter: statement_timeout');
    expect(pooler.refused).toEqual(['statement_timeout']);
    const [one, other] = [0, 1].map(() => new Client({ connectionString: pooler?.url }));
    const backend = async (client: Client | undefined): Promise<unknown> =>
      (await client?.query('SELECT pg_backend_pid() AS pid'))?.rows[0];
    await one?.connect();
    await other?.connect();
    expect(await backend(other)).toEqual(await backend(one));
    await one?.query('BEGIN');
    const waits = backend(other);
    await one?.query('COMMIT');
    expect(await waits).toEqual(await backend(one));
    await Promise.all([one?.end(), other?.end()]);
  });
});
