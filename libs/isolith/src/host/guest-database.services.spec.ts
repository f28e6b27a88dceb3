import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServerDatabase } from '@isolith/postgres/testing';
import { Module, type LoggerService } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Client } from 'pg';
import { DataSource, type QueryRunner } from 'typeorm';
import { context, lazily } from '../context/context.js';
import { IsolithModule } from '../index.js';

class CreateInvoices1700000000000 {
  readonly name = 'CreateInvoices1700000000000';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE invoice (id text PRIMARY KEY)');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE invoice');
  }
}

const stock = context('stock');
@Module({ imports: [IsolithModule.forFeature(stock)] })
class StockModule {}

let place: Awaited<ReturnType<typeof createServerDatabase>>;
let admin: Client;
let role: string;
let url: string;
beforeEach(async () => {
  place = await createServerDatabase();
  const own = new URL(place.url);
  const database = own.pathname.slice(1);
  role = `${database}_app`;
  [own.username, own.password] = [role, 'password'];
  url = own.href;
  admin = new Client({ connectionString: place.url });
  await admin.connect();
  // As most have it: the application's account owns its database.
  await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'password'`);
  await admin.query(`ALTER DATABASE ${database} OWNER TO ${role}`);
  await admin.query(`ALTER SCHEMA public OWNER TO ${role}`);
});
afterEach(async () => {
  await admin.query(`REASSIGN OWNED BY ${role} TO current_user`);
  await admin.query(`DROP OWNED BY ${role}`);
  await admin.query(`DROP ROLE ${role}`);
  await admin.end();
  await place.drop();
});

/** The application's own migrations, where TypeORM keeps their record by itself: public.migrations. */
async function migrate(): Promise<void> {
  const own = new DataSource({ type: 'postgres', url, migrations: [CreateInvoices1700000000000] });
  await own.initialize();
  try {
    await own.runMigrations();
  } finally {
    await own.destroy();
  }
}

/** What a host with the adopted module warns of while it starts. */
async function warnings(): Promise<readonly string[]> {
  const said: string[] = [];
  const keep = (...words: unknown[]): void => void said.push(JSON.stringify(words));
  const logger: LoggerService = { log: () => undefined, warn: keep, error: keep };
  const module = await Test.createTestingModule({
    imports: [
      IsolithModule.forRoot({
        contexts: [lazily(stock, { module: async () => StockModule })],
        env: { DATABASE_URL: url },
      }),
    ],
  })
    .setLogger(logger)
    .compile();
  await module.init();
  await module.close();
  return said;
}

describe('an application with migrations of its own, of which one module is adopted', () => {
  it('is not warned of its own tables: no context can be in the schema public', async () => {
    await migrate();
    expect((await admin.query(`SELECT name FROM public.migrations`)).rows).toEqual([
      { name: 'CreateInvoices1700000000000' },
    ]);
    expect((await warnings()).filter((line) => line.includes(role))).toEqual([]);
  });

  it('is warned of the rows of a context that is not its own', async () => {
    await migrate();
    await admin.query(`CREATE SCHEMA billing AUTHORIZATION ${role}`);
    await admin.query('CREATE TABLE billing.migrations (id int)');
    expect(await warnings()).toContainEqual(
      expect.stringContaining(`of stock may use the schemas billing, so a bug in one context`),
    );
  });
});
