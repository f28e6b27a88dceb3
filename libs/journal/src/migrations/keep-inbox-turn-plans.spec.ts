import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import { commandLineSource } from '@isolith/postgres';
import { journalMigrations } from '../index.js';
import { openTestDatabase, type TestDatabase } from '@isolith/postgres/testing';
import { KeepInboxTurnPlans } from './keep-inbox-turn-plans.js';

const upToIt = journalMigrations.slice(0, journalMigrations.indexOf(KeepInboxTurnPlans) + 1);

let place: TestDatabase;
let source: DataSource;
beforeAll(async () => {
  place = await openTestDatabase();
  source = commandLineSource({ context: 'sales', entities: [], migrations: upToIt }, place.target);
  await source.initialize();
  await source.runMigrations();
});
afterAll(async () => {
  await source.destroy();
  await place.drop();
});

const turn = () => source.query("SELECT sales.inbox_turn('*', '1')");
const language =
  "SELECT lanname AS language FROM pg_proc JOIN pg_language ON pg_language.oid = prolang WHERE pronamespace = 'sales'::regnamespace AND proname = 'inbox_turn'";

/** A turn leaves nothing behind; where the message has been handled, it is a unique violation of the inbox's key. */
async function expectTurns(): Promise<void> {
  await source.query('TRUNCATE sales.inbox');
  await turn();
  await turn();
  await source.query("INSERT INTO sales.inbox (consumer, message_id) VALUES ('*', '1'), ('*', '2')");
  await expect(turn()).rejects.toMatchObject({ driverError: { code: '23505', constraint: 'inbox_pkey' } });
  expect(z.array(z.unknown()).parse(await source.query('SELECT message_id FROM sales.inbox ORDER BY 1'))).toEqual([
    { message_id: '1' },
    { message_id: '2' },
  ]);
}

describe('a turn at a message', () => {
  it('is the same in the language that keeps its plans and, after a step back, in the one before', async () => {
    expect(await source.query(language)).toEqual([{ language: 'plpgsql' }]);
    await expectTurns();
    await source.undoLastMigration();
    expect(await source.query(language)).toEqual([{ language: 'sql' }]);
    await expectTurns();
  });
});
