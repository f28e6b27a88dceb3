import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { contextJournal, journalMigrations } from '../index.js';
import { Databases, type DatabaseTarget } from '@isolith/postgres';
import { createServerDatabase } from '@isolith/postgres/testing';
import { RoleReaches } from './role-reaches.js';

const CONTEXTS = ['orders', 'payments', 'provider'] as const;

let place: Awaited<ReturnType<typeof createServerDatabase>>;
let admin: Client;
let name: string;
let databases: Databases;
beforeEach(async () => {
  place = await createServerDatabase();
  name = new URL(place.url).pathname.slice(1);
  admin = new Client({ connectionString: place.url });
  await admin.connect();
  for (const role of ['a', 'b']) {
    await admin.query(`CREATE ROLE ${name}_${role} LOGIN PASSWORD 'password'`);
    await admin.query(`GRANT CREATE ON DATABASE ${name} TO ${name}_${role}`);
  }
});
afterEach(async () => {
  await databases.close();
  for (const role of ['a', 'b']) {
    await admin.query(`DROP OWNED BY ${name}_${role} CASCADE`);
    await admin.query(`DROP ROLE ${name}_${role}`);
  }
  await admin.end();
  await place.drop();
});

/** A host of all contexts, `roles` saying who works with which; its rows are there. */
async function host(roles: Readonly<Record<string, string>>) {
  const targetOf = (context: string): DatabaseTarget => {
    const owner = context === 'provider' ? 'payments' : context;
    const url = new URL(place.url);
    url.username = `${name}_${roles[owner]}`;
    url.password = 'password';
    return { kind: 'postgres', url: url.href, poolSize: 1, variable: `OF_${roles[owner]}`.toUpperCase(), owner };
  };
  databases = new Databases({ targetOf });
  for (const context of CONTEXTS) await databases.open(specOf(context));
  const said: string[] = [];
  let now = 0;
  const journals = CONTEXTS.map((context) => contextJournal({ context }, () => databases.open(specOf(context))));
  const reaches = new RoleReaches(
    () => journals,
    targetOf,
    (line) => said.push(line),
    () => now,
  );
  return { reaches, said, pass: (ms: number) => (now += ms) };
}
const specOf = (context: string) => ({ context, entities: [], migrations: journalMigrations });

describe('the roles that a host works with (fault 28)', () => {
  it('are named once when one of them does the work of several contexts', async () => {
    const { reaches, said } = await host({ orders: 'a', payments: 'a' });
    await reaches.look();
    await reaches.look();
    expect(said).toEqual([
      expect.stringContaining(
        `OF_A: the role "${name}_a" of orders, payments may use the schemas orders, payments, provider, so`,
      ),
    ]);
    expect(reaches.current(true)).toEqual([{ contexts: ['orders', 'payments'], warning: said[0] }]);
  });

  it('are not when each reaches its own schemas alone, until somebody opens another one to them', async () => {
    const { reaches, said, pass } = await host({ orders: 'a', payments: 'b' });
    await reaches.look();
    expect([reaches.current(true), said]).toEqual([[], []]);
    await admin.query(`GRANT USAGE ON SCHEMA provider TO ${name}_a`);
    expect(reaches.current(true)).toEqual([]);
    pass(60_001);
    // Whoever asks does not wait for the look that this starts.
    expect(reaches.current(true)).toEqual([]);
    while (reaches.current(false).length === 0) await admin.query('SELECT');
    expect(reaches.current(false)).toEqual([
      { contexts: ['orders'], warning: expect.stringContaining('may use the schemas provider, so') },
    ]);
    await admin.query(`REVOKE USAGE ON SCHEMA provider FROM ${name}_a`);
    await reaches.look();
    expect([reaches.current(true), said.length]).toEqual([[], 1]);
  });

  it('are as they were found when nobody can be asked, and that is said', async () => {
    const { reaches, said } = await host({ orders: 'a', payments: 'a' });
    await reaches.look();
    const found = reaches.current(false);
    await databases.close();
    await reaches.look();
    expect(said[1]).toBe('what the roles of the database may do could not be looked up');
    expect(reaches.current(false)).toEqual(found);
  });
});
