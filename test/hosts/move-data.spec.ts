import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { freshVhost, type FreshVhost } from '../support/broker.js';
import { Client, newCustomer, signIn } from '../support/client.js';
import { databaseRoles, type DatabaseRoles } from '../support/database-roles.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { fromSource, startHost, temporaryFolder } from '../support/host.js';
import { runNode } from '../support/run-main.js';
import { notification, pageOf, reconciliation } from '../support/shapes.js';
import { acceptedOrder, ADMIN, getOrder, newProduct, stockOf, untilStatus } from '../support/shop.js';

let database: FreshDatabase;
let roles: DatabaseRoles;
let vhost: FreshVhost;
beforeAll(async () => {
  [database, vhost] = await Promise.all([freshDatabase(), freshVhost()]);
  roles = databaseRoles(database);
});
afterAll(async () => {
  await vhost.drop();
  await roles.drop();
  await database.drop();
});

async function startShop(environment: Readonly<Record<string, string>>) {
  const settings = { ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password, RATE_LIMIT: 'off', LOG_LEVEL: 'warn' };
  // The broker is claimed by the installation, which moves along.
  const host = await startHost({ ...settings, TRANSPORT_URL: vhost.url, ...environment }, fromSource('src/main.ts'));
  return { host, url: host.url, admin: await signIn(host.url, ADMIN.email, ADMIN.password) };
}

/** `npm run move-data` as a process of its own. */
async function moveData(
  environment: Readonly<Record<string, string>>,
): Promise<{ code: number; lines: readonly string[] }> {
  const { code, said } = await runNode(fromSource('src/move-data.ts'), environment);
  return { code, lines: said.trim().split('\n') };
}

it('a shop moves from its data folder to PostgreSQL: nobody is lost, and what was under way goes on', async () => {
  const dataDir = join(temporaryFolder(), 'data');
  mkdirSync(dataDir, { recursive: true });
  const embedded = await startShop({ DATA_DIR: dataDir });
  const customer = await newCustomer(embedded.url);
  const sku = await newProduct(embedded, 10);
  const confirmed = await acceptedOrder(customer, sku, { quantity: 2 });
  await untilStatus(customer, confirmed, 'confirmed');

  const refused = await moveData({ DATA_DIR: dataDir, DATABASE_URL: database.url });
  expect(refused).toEqual({ code: 1, lines: [expect.stringContaining('is in use by process')] });

  // Accepted, and in the middle of its checkout when the host stops.
  const underWay = await acceptedOrder(customer, sku, { paymentToken: 'tok_slow' });
  await embedded.host.kill();

  // To a role for each context, in an empty database (fault 28).
  expect(await roles.make('--apply')).toMatchObject({ code: 0 });
  const moved = await moveData({ DATA_DIR: dataDir, ...roles.environment });
  expect(moved).toMatchObject({ code: 0 });
  expect(moved.lines).toContainEqual(
    expect.stringMatching(/^orders\.order_view: 2 rows, checksum (\S+) embedded, 2 rows, checksum \1 in PostgreSQL$/),
  );
  expect(moved.lines).toContainEqual(
    expect.stringMatching(
      /^sandbox_provider\.ledger: \d+ rows, checksum (\S+) embedded, \d+ rows, checksum \1 in PostgreSQL$/,
    ),
  );

  const onServer = await startShop({ DATA_DIR: dataDir, ...roles.environment });
  try {
    expect(onServer.host.output()).toContain('npm run move-data');
    const again = new Client(onServer.url, customer.token, customer.userId);
    expect((await getOrder(again, confirmed)).status).toBe('confirmed');
    await untilStatus(again, underWay, 'confirmed');
    const placedHere = await acceptedOrder(again, sku);
    await untilStatus(again, placedHere, 'confirmed');
    expect(await stockOf(onServer, sku)).toEqual({ sku, onHand: 10, reserved: 4, available: 6 });
    expect(
      await onServer.admin.expect(200, reconciliation, onServer.admin.get('/v1/payments/reconciliation')),
    ).toMatchObject({ differences: [] });
    // Whoever gets an order confirmed is told of it a moment later.
    const told = await eventually(
      'the customer is told of all three',
      async () => (await again.expect(200, pageOf(notification), again.get('/v1/notifications'))).items,
      ({ length }) => length >= 3,
    );
    const about = [confirmed, underWay, placedHere].map((id) => told.filter(({ text }) => text.includes(id)).length);
    expect(about).toEqual([1, 1, 1]);
  } finally {
    await onServer.host.stop();
  }
});
