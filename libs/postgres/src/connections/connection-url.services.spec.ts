import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { z } from 'zod';
import { commandLineSource } from '../databases/command-line.js';
import { Databases } from '../databases/databases.js';
import { targetLabel } from '../targets/target.js';

const server = z.string().parse(process.env['ISOLITH_TEST_DATABASE_URL']);
const mark = randomUUID().slice(0, 8);
const database = `a/b#c?d 50%2F ${mark}`;
const user = `käufer@${mark}`;
const password = 'pässwörd 100%2F:@/?#[]';

async function onServer(...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

const url = (() => {
  const built = new URL(server);
  built.username = encodeURIComponent(user);
  built.password = encodeURIComponent(password);
  built.pathname = `/${encodeURIComponent(database)}`;
  return built.href;
})();
const target = { kind: 'postgres', url, poolSize: 2 } as const;
const spec = { context: 'orders', entities: [], migrations: [] };

beforeAll(() =>
  onServer(
    `CREATE ROLE ${escapeIdentifier(user)} LOGIN PASSWORD ${escapeLiteral(password)}`,
    `CREATE DATABASE ${escapeIdentifier(database)} OWNER ${escapeIdentifier(user)} TEMPLATE template0`,
  ),
);
afterAll(() =>
  onServer(
    `DROP DATABASE IF EXISTS ${escapeIdentifier(database)} WITH (FORCE)`,
    `DROP ROLE IF EXISTS ${escapeIdentifier(user)}`,
  ),
);

describe('a database, a user and a password with characters that a URL has to encode (fault 16)', () => {
  it('are those that a host works with', async () => {
    const databases = new Databases({ targetOf: () => target });
    try {
      await databases.open(spec);
      expect(await databases.health()).toEqual([expect.objectContaining({ context: 'orders', ok: true })]);
    } finally {
      await databases.close();
    }
  });

  it("are those that TypeORM's command line works with", async () => {
    const source = commandLineSource(spec, target);
    await source.initialize();
    try {
      expect(await source.query('SELECT current_database() AS name, current_user AS role')).toEqual([
        { name: database, role: user },
      ]);
    } finally {
      await source.destroy();
    }
  });

  it('are shown by name, without an account', () => {
    expect(targetLabel(target)).toContain(`database ${database} at`);
    expect(targetLabel(target)).not.toContain(mark + '@');
    expect(targetLabel(target)).not.toContain('pässwörd');
  });
});
