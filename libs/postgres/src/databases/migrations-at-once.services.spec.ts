import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { createServerDatabase } from '../testing/test-database.js';
import { Databases } from './databases.js';

const REPLICAS = 5;

/**
 * Waits for a line on stdin, then opens three contexts as a starting host does. Each migration takes its time, so that
 * replicas meet.
 */
const REPLICA = `
const { Databases } = await import(process.argv[1]);
const migration = (name, sql) => ({ [name]: class { async up(runner) { await runner.query('SELECT pg_sleep(0.05)'); await runner.query(sql); } async down() {} } })[name];
const migrations = [migration('First1700000000001', 'CREATE TABLE notes (id int PRIMARY KEY)'), migration('Second1700000000002', 'INSERT INTO notes VALUES (1)')];
const databases = new Databases({ targetOf: () => ({ kind: 'postgres', url: process.argv[2], poolSize: 2 }) });
process.stdout.write('ready\\n');
process.stdin.once('data', async () => {
  try {
    for (const context of ['orders', 'payments', 'late-orders']) await databases.open({ context, entities: [], migrations });
    await databases.close();
    process.stdout.write('open\\n');
  } catch (error) {
    process.stdout.write(String(error) + '\\n');
  }
  process.stdin.destroy();
});
`;

let place: Awaited<ReturnType<typeof createServerDatabase>>;
beforeAll(async () => {
  place = await createServerDatabase();
});
afterAll(() => place.drop());

function startReplica() {
  const module = new URL('./databases.ts', import.meta.url).href;
  const args = [
    '--conditions=@isolith/source',
    '--import',
    '@swc-node/register/esm-register',
    '--input-type=module',
    '-e',
    REPLICA,
  ];
  const child = spawn(process.execPath, [...args, module, place.url], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const said = async (): Promise<string> => z.string().parse((await lines.next()).value);
  return { said, go: () => child.stdin.write('go\n'), ended: once(child, 'exit') };
}

describe(`${REPLICAS} replicas that start at once on an empty database`, () => {
  it('all come up, and each migration has run once', async () => {
    const replicas = Array.from({ length: REPLICAS }, startReplica);
    expect(await Promise.all(replicas.map(({ said }) => said()))).toEqual(replicas.map(() => 'ready'));
    for (const { go } of replicas) go();
    expect(await Promise.all(replicas.map(({ said }) => said()))).toEqual(replicas.map(() => 'open'));
    await Promise.all(replicas.map(({ ended }) => ended));

    const databases = new Databases({ targetOf: () => ({ kind: 'postgres', url: place.url, poolSize: 1 }) });
    const source = await databases.open({ context: 'witness', entities: [], migrations: [] });
    for (const schema of ['orders', 'payments', 'late_orders']) {
      await expect(source.query(`SELECT name FROM ${schema}.migrations ORDER BY id`)).resolves.toEqual([
        { name: 'First1700000000001' },
        { name: 'Second1700000000002' },
      ]);
      await expect(source.query(`SELECT id FROM ${schema}.notes`)).resolves.toEqual([{ id: 1 }]);
    }
    await databases.close();
  });
});
