import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { freshVhost, type FreshVhost } from '../support/broker.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { cleanUp } from '../support/host.js';
import { addedLines, addToTestWith, endDesks, installDesk, run, startDesk, type Desk } from './desk.js';

let desk: Desk;
let database: FreshDatabase | undefined;
let vhost: FreshVhost | undefined;
beforeAll(async () => {
  desk = await installDesk();
}, 600_000);
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(async () => {
  await endDesks();
  await database?.drop();
  await vhost?.drop();
  vhost = undefined;
});
afterAll(cleanUp);

const base = (): Record<string, string> => ({ DATABASE_URL: database?.url ?? '', SYNCHRONIZE: 'yes' });

async function sql(text: string): Promise<unknown> {
  const client = new Client({ connectionString: database?.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

const stocked = (): Promise<unknown> => sql(`INSERT INTO item (sku, "left") VALUES ('mug', 3)`);
const left = (): Promise<unknown> => sql('SELECT "left" FROM item');

/** Status and body of each call of a customer, as the application answers them by its own means. */
async function visit(url: string): Promise<readonly unknown[]> {
  const ask = async (body: unknown, headers: Record<string, string> = { 'x-user': 'ada' }): Promise<unknown> => {
    const answer = await fetch(`${url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.json() };
  };
  return [
    await ask({ sku: 'mug', quantity: 1 }, {}),
    await ask({ sku: 'mug', quantity: 'many' }),
    await ask({ sku: 'mug', quantity: 2, note: 'left out by whitelist' }),
    await ask({ sku: 'mug', quantity: 2 }),
  ];
}

const expected = [
  { status: 403, body: { statusCode: 403, message: 'Forbidden resource', error: 'Forbidden' } },
  {
    status: 400,
    body: {
      statusCode: 400,
      error: 'Bad Request',
      message: ['quantity must not be less than 1', 'quantity must be an integer number'],
    },
  },
  { status: 201, body: { id: 1, left: 1 } },
  { status: 409, body: { statusCode: 409, message: 'only 1 left', error: 'Conflict' } },
];

describe("a stranger's Nest application", () => {
  it('installs the packages without a word about peers', () => {
    expect(desk.installed).not.toMatch(/peer|ERESOLVE/i);
  });

  it('installs no embedded engine: its rows are in PostgreSQL', () => {
    expect(desk.modules).toContain('@isolith');
    expect(desk.modules).not.toContain('@electric-sql');
  });

  it('adopts one module in 40 lines', async () => {
    expect(await addedLines(desk)).toBeLessThanOrEqual(40);
  });

  it.each(['express', 'fastify'])(
    'answers on %s as it did before, with its own guard, pipe and filter',
    async (PLATFORM) => {
      const answers: unknown[] = [];
      const stocks: unknown[] = [];
      for (const app of [desk.before, desk.after]) {
        const host = await startDesk(app, { ...base(), PLATFORM });
        await sql('TRUNCATE item, "order" RESTART IDENTITY');
        await stocked();
        answers.push(await visit(host.url));
        stocks.push(await left());
        await host.stop();
      }
      expect(answers).toEqual([expected, expected]);
      // What was the matter before: the row was written although the order was refused.
      expect(stocks).toEqual([[{ left: -1 }], [{ left: 1 }]]);
      expect(await sql('SELECT count(*)::int AS orders FROM "order"')).toEqual([{ orders: 1 }]);
    },
  );

  it('runs the module as a process of its own, by configuration alone', async () => {
    vhost = await freshVhost();
    const split = { ...base(), TRANSPORT_URL: vhost.url, AUTH_SECRET: randomBytes(32).toString('hex') };
    const desks = await startDesk(desk.after, { ...split, CONTEXTS: 'gateway' });
    await stocked();
    // Nobody is there to take it yet: the order waits.
    const visited = visit(desks.url);
    const stock = await startDesk(desk.after, { ...split, CONTEXTS: 'stock', SYNCHRONIZE: 'no', PLATFORM: 'fastify' });
    expect(await visited).toEqual(expected);
    expect(await left()).toEqual([{ left: 1 }]);
    expect(await sql(`SELECT count(*)::int AS handled FROM stock.inbox WHERE outcome IS NOT NULL`)).toEqual([
      { handled: 2 },
    ]);
    await Promise.all([desks.stop(), stock.stop()]);
  });

  it('is told of what is missing for a process of its own, before it takes a request', async () => {
    await expect(startDesk(desk.after, { ...base(), CONTEXTS: 'stock' })).rejects.toThrow(
      /TRANSPORT_URL: required[^]*AUTH_SECRET: required/,
    );
  });
});

describe('the specs of the module that was adopted', () => {
  const bin = (name: string): string => join(desk.after, 'node_modules', name);
  const jest = (config: string): readonly string[] => [bin('jest/bin/jest.js'), '--config', config];

  // What the program itself does not need.
  beforeAll(() => addToTestWith(desk), 300_000);

  it('run in vitest as it is', async () => {
    expect(await run(desk.after, process.execPath, bin('vitest/vitest.mjs'), 'run')).toContain('3 passed');
  });

  it.each(['jest.config.js', 'jest.commonjs.config.js'])('run in jest, compiled as %s says', async (config) => {
    const ran = await run(desk.after, process.execPath, '--experimental-vm-modules', ...jest(config));
    expect(ran).toContain('Test Suites: 3 passed, 3 total');
  });

  it('say what to do in a jest that can’t load ES modules', async () => {
    await expect(run(desk.after, process.execPath, ...jest('jest.commonjs.config.js'))).rejects.toThrow(
      /started as: node --experimental-vm-modules[^]*test\/stock.test.ts:1:1/,
    );
  });
});
