import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Databases } from '@isolith/postgres';

const ROUNDS = 3;
const ACKNOWLEDGED_PER_ROUND = 200;

/** Writes rows from several units at once and says each id once its commit has returned, until it is killed. */
const WRITER = `
const { Databases } = await import('@isolith/postgres');
const databases = new Databases({ targetOf: () => ({ kind: 'pglite', dataDir: process.argv[1] }) });
const orders = await databases.open({ context: 'orders', entities: [], migrations: [] });
await orders.query('CREATE TABLE IF NOT EXISTS orders.written (id text PRIMARY KEY, rest text)');
await Promise.all([0, 1, 2, 3].map(async (lane) => {
  for (let at = 0; ; at += 1) {
    const id = process.argv[2] + '-' + lane + '-' + at;
    await orders.transaction((manager) => manager.query('INSERT INTO orders.written VALUES ($1, $2)', [id, 'x'.repeat(500)]));
    process.stdout.write(id + '\\n');
  }
}));
`;

async function writeUntilKilled(folder: string, round: number): Promise<string[]> {
  const args = [
    '--conditions=@isolith/source',
    '--import',
    '@swc-node/register/esm-register',
    '--input-type=module',
    '-e',
    WRITER,
  ];
  const child = spawn(process.execPath, [...args, folder, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const acknowledged: string[] = [];
  for await (const id of createInterface({ input: child.stdout })) {
    acknowledged.push(id);
    if (acknowledged.length === ACKNOWLEDGED_PER_ROUND) child.kill('SIGKILL');
  }
  await exit;
  return acknowledged;
}

describe('a process killed in the middle of its writes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'isolith-crash-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it(`loses no acknowledged row in ${ROUNDS} rounds, and the next start works at once`, async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = acknowledged.length;
      acknowledged.push(...(await writeUntilKilled(folder, round)));
      expect(acknowledged.length - before).toBeGreaterThanOrEqual(ACKNOWLEDGED_PER_ROUND);
    }
    const databases = new Databases({ targetOf: () => ({ kind: 'pglite', dataDir: folder }) });
    const orders = await databases.open({ context: 'orders', entities: [], migrations: [] });
    const rows = await orders.query<{ id: string }[]>('SELECT id FROM orders.written');
    const there = new Set(rows.map(({ id }) => id));
    expect(acknowledged.filter((id) => !there.has(id))).toEqual([]);
    await databases.close();
  });
});
