import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ConnectionSource } from '@isolith/postgres/internal';
import { EngineUpkeep } from './engine-upkeep.js';
import { openInMemory } from './open-engine.js';
import { PgliteSource } from './pglite-source.js';

describe('EngineUpkeep', () => {
  let source: ConnectionSource;
  const run = async (sql: string): Promise<unknown[]> => {
    const { client, giveBack } = await source.checkout();
    const { rows } = await client.query<object>(sql).finally(giveBack);
    return rows;
  };
  const upkeep = (): EngineUpkeep => new EngineUpkeep(source, () => undefined);

  beforeAll(async () => {
    source = new PgliteSource(await openInMemory(() => undefined), () => undefined);
    await run('CREATE TABLE "Odd name" (id int PRIMARY KEY, filler text)');
  });
  afterAll(() => source.close());

  it('does nothing when there is nothing to do', async () => {
    // The engine is the worker's: what other files have left in it is done first.
    const nothing = { checkpoint: false, vacuumed: undefined };
    let round = await upkeep().round();
    for (let left = 5; left > 0 && !isDeepStrictEqual(round, nothing); left -= 1) round = await upkeep().round();
    expect(round).toEqual(nothing);
  });

  it('removes dead rows and brings statistics', async () => {
    await run(`INSERT INTO "Odd name" SELECT i, 'a' FROM generate_series(1, 3000) i`);
    await run(`DELETE FROM "Odd name" WHERE id > 100`);
    await run('SELECT pg_stat_force_next_flush()');
    expect(await upkeep().round()).toMatchObject({ vacuumed: '"public"."Odd name"' });
    await run('SELECT pg_stat_force_next_flush()');
    expect(await run('SELECT n_dead_tup::int FROM pg_stat_user_tables')).toEqual([{ n_dead_tup: 0 }]);
    expect(await run(`SELECT reltuples::int AS rows FROM pg_class WHERE relname = 'Odd name'`)).toEqual([
      { rows: 100 },
    ]);
  });

  it('bounds what a start after a crash has to read', async () => {
    await run(`CREATE TABLE big AS SELECT repeat(md5(i::text), 30) AS filler FROM generate_series(1, 40000) i`);
    // Counts of rows reach the statistics at most once a second unless they are told to.
    await run('SELECT pg_stat_force_next_flush()');
    expect(await upkeep().round()).toEqual({ checkpoint: true, vacuumed: '"public"."big"' });
    await run('SELECT pg_stat_force_next_flush()');
    // The vacuum wrote the table's pages to the log once more.
    expect(await upkeep().round()).toEqual({ checkpoint: true, vacuumed: undefined });
    expect(await upkeep().round()).toEqual({ checkpoint: false, vacuumed: undefined });
  });
});
