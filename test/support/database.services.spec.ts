import { describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { freshDatabase } from './database.js';
import { services } from './services.js';

async function connected(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

describe('the PostgreSQL that tests get', () => {
  test('flushes what it commits and takes 300 connections', async () => {
    const client = await connected(services().postgresUrl);
    const settings = await client.query(
      `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'max_connections') ORDER BY name`,
    );
    await client.end();
    const found = Object.fromEntries(settings.rows.map(({ name, setting }) => [String(name), String(setting)]));
    expect(found).toMatchObject({ fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' });
    expect(Number(found['max_connections'])).toBeGreaterThanOrEqual(100);
  });

  test('each fresh database is empty and alone, and drops although someone is connected', async () => {
    const [one, other] = await Promise.all([freshDatabase(), freshDatabase()]);
    const user = await connected(one.url);
    user.on('error', () => undefined);
    const stranger = await connected(other.url);
    stranger.on('error', () => undefined);
    try {
      await user.query('CREATE TABLE mine (id int)');
      await expect(stranger.query('SELECT * FROM mine')).rejects.toThrow(/does not exist/);
    } finally {
      await Promise.all([one.drop(), other.drop()]);
    }
    await expect(connected(one.url)).rejects.toThrow(/does not exist/);
  });
});
