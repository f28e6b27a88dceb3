import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client as Database } from 'pg';
import { z } from 'zod';
import { alertRules } from '../alerts/alert-rules.js';
import { eventually } from '../support/eventually.js';
import { Runbook } from '../support/runbook.js';
import { acceptedOrder, newProduct, untilEnded, untilStatus } from '../support/shop.js';
import { startSplitShop, type SplitShop } from '../support/split-shop.js';
import { newCertificate, TlsDoor } from '../support/tls-door.js';

const METRICS_TOKEN = 'the-token-of-a-scraper';
const MOST = ['gateway', 'users', 'products', 'orders', 'payments', 'shipments', 'assistant'];

let shop: SplitShop;
let database: Database;
let sku: string;
/** Orders whose goods can't be released. It is tried for half a minute, in which the other tests run. */
let stuck: { readonly ids: readonly string[]; readonly mend: () => Promise<void> };
const books: Runbook[] = [];

beforeAll(async () => {
  const environment = { METRICS_TOKEN, LOAD_SHEDDING: '1000' };
  shop = await startSplitShop({ hosts: [MOST, ['inventory'], ['notifications']], environment });
  database = await session();
  sku = await newProduct(shop, 100);
  const mend = await breaking('inventory.reservations', "NEW.state = 'released'");
  const declined = { paymentToken: 'tok_declined' };
  const ids = [await acceptedOrder(shop.customer, sku, declined), await acceptedOrder(shop.customer, sku, declined)];
  stuck = { ids, mend };
});
afterAll(async () => {
  await database?.end();
  await shop?.stop();
});

async function session(): Promise<Database> {
  const opened = new Database({ connectionString: shop.databaseUrl, application_name: 'somebody at a console' });
  // A runbook ends some of them.
  opened.on('error', () => undefined);
  await opened.connect();
  return opened;
}

/** A page with the variables of an operator at the gateway; `at` another host they are given with a command. */
function runbook(page: string): Runbook {
  const opened = new Runbook(page, {
    OPERATOR_URL: shop.fleet.url,
    OPERATOR_TOKEN: shop.admin.token ?? '',
    DATABASE_URL: shop.databaseUrl,
    METRICS_TOKEN,
  });
  books.push(opened);
  return opened;
}
const at = (context: string) => ({ OPERATOR_URL: shop.fleet.hostOf(context).url });

/** Until a command of a page says so. */
const untilSaid = (book: Runbook, command: string, said: RegExp, more: Readonly<Record<string, string>> = {}) =>
  eventually(
    `${book.page}: ${command} says ${said}`,
    () => book.run(command, more),
    (text) => said.test(text),
  );

/** Whatever writes such a row to a table fails, until it is mended. */
async function breaking(table: string, row = 'true'): Promise<() => Promise<void>> {
  const [schema = ''] = table.split('.');
  await database.query(`CREATE FUNCTION ${schema}.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'broken'; END $$`);
  await database.query(
    `CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW WHEN (${row}) EXECUTE FUNCTION ${schema}.refuse()`,
  );
  return async () => void (await database.query(`DROP FUNCTION ${schema}.refuse() CASCADE`));
}

async function confirmedOrder(): Promise<string> {
  const id = await acceptedOrder(shop.customer, sku);
  await untilStatus(shop.customer, id, 'confirmed');
  return id;
}

/** What a host is impaired by, while it is: as the alerts read it. */
const impaired = (kind: string, name: string): RegExp =>
  new RegExp(`^host_impaired_seconds\\{kind="${kind}",name="${name}".*\\} \\d`, 'm');

it('parked messages are seen, replayed or discarded', async () => {
  const book = runbook('messages-parked');
  const [mended, never] = [await confirmedOrder(), await confirmedOrder()];
  const told = () =>
    database.query('SELECT 1 FROM notifications.notifications WHERE order_id IN ($1, $2)', [mended, never]);
  await eventually('both are told', told, ({ rowCount }) => rowCount === 2);
  const mend = await breaking('notifications.notifications');
  for (const id of [mended, never]) expect((await shop.admin.post(`/v1/shipments/${id}/dispatch`)).status).toBe(202);
  const all = { CONTEXT: 'notifications' };
  const parked = z.object({ items: z.array(z.object({ id: z.string(), key: z.string() })) });
  const { items } = await eventually(
    'both are parked',
    async () => parked.parse(JSON.parse(await book.run('?context=', all))),
    (page) => page.items.length === 2,
  );
  await mend();
  const idOf = (key: string): string => items.find((item) => item.key === key)?.id ?? '';
  expect(await book.run('/$ID"', { ...all, ID: idOf(mended) })).toContain('"handler-error"');
  const ofSubscription = /^parked_messages\{context="notifications",subscription="order-mails".*\} 2$/m;
  await untilSaid(book, "grep '^parked_messages'", ofSubscription, at('notifications'));
  const key = { SUBSCRIPTION: 'order-mails', KEY: mended };
  expect(await book.run('/replay', { ...all, ...key })).toContain('"completed"');
  expect(await book.run('/discard', { ...all, ID: idOf(never) })).toContain('discarded');
  expect(await book.run("grep '^parked_messages'", at('notifications'))).not.toMatch(/ [1-9]\d*$/m);
});

it('an open transaction and the lag that comes of it are seen, and end with its session', async () => {
  const [book, lag] = [runbook('horizon-held'), runbook('subscription-lag')];
  const holder = await session();
  await holder.query('BEGIN');
  await holder.query('SELECT pg_current_xact_id()');
  await confirmedOrder();
  await untilSaid(
    lag,
    '/metrics',
    /^journal_lag_events\{producer="orders",subscription="notifications\.order-mails".*\} [1-9]/m,
  );
  expect(await lag.run('/actuator/projections')).toMatch(/"subscription":"order-mails"[^}]*"lag":[1-9]/);
  const seen = await untilSaid(book, '/health/ready', /session \d+ \(somebody at a console\) has been open/);
  expect(await lag.run('/health/ready')).toContain('somebody at a console');
  await untilSaid(
    book,
    '/metrics',
    /^journal_horizon_age_seconds\{contexts="[a-z_,]*orders[a-z_,]*".*\} [1-9]\d(\.|$)/m,
  );
  const [, pid = ''] = /session (\d+)/.exec(seen) ?? [];
  expect(await book.run('backend_xid')).toMatch(new RegExp(`^${pid}\\|.*somebody at a console`, 'm'));
  expect(await book.run('pg_prepared_xacts')).toBe('');
  expect(await book.run('pg_terminate_backend', { SESSION: pid })).toBe('t\n');
  await untilSaid(book, '/metrics', /^journal_horizon_age_seconds\{.*\} [01](\.\d+)?$/m);
  await untilSaid(
    lag,
    '/metrics',
    /^journal_lag_events\{producer="orders",subscription="notifications\.order-mails".*\} 0$/m,
  );
});

it('a consumer that stopped and a context without a host are seen, and so is what customers get of it', async () => {
  const [book, away, budget] = [
    runbook('consumer-stopped'),
    runbook('context-without-host'),
    runbook('error-budget-burn'),
  ];
  const holder = await session();
  await holder.query('BEGIN');
  await holder.query('LOCK TABLE notifications.notifications IN EXCLUSIVE MODE');
  await confirmedOrder();
  await shop.fleet.kill('inventory');
  await untilSaid(away, '/metrics', /^context_replicas\{context="inventory".*\} 0$/m);
  expect(await away.run('/actuator/topology')).toContain('"silent"');
  await untilSaid(away, '/health/ready', /"kind":"context","name":"inventory"/);
  expect((await shop.admin.get(`/v1/inventory/${sku}`)).status).toBe(503);
  expect(await budget.run('service_request_total')).toMatch(/route="\/v1\/inventory\/:sku",status="503".* 1$/m);
  expect(await budget.run('requests_shed_total')).toMatch(/context="inventory".* 0$/m);
  expect(await budget.run('/health/ready')).toContain('"name":"inventory"');
  expect(await budget.run('/actuator/circuitbreakers')).toContain('"payment-provider');
  await shop.fleet.restart('inventory');
  await untilSaid(away, '/metrics', /^context_replicas\{context="inventory".*\} 1$/m);

  await untilSaid(
    book,
    '/health/ready',
    /"kind":"subscription","name":"notifications\.order-mails"/,
    at('notifications'),
  );
  await untilSaid(book, '/metrics', impaired('subscription', 'notifications.order-mails'), at('notifications'));
  const waits = await book.run('pg_blocking_pids');
  const [, pid = ''] = /^\d+\|\{(\d+)\}\|/m.exec(waits) ?? [];
  expect(await book.run('pg_terminate_backend', { SESSION: pid })).toBe('t\n');
  await untilSaid(book, '/metrics', /^$/, at('notifications'));
});

it('a projection that stands still is seen as stopped work and as a lag, and is built anew', async () => {
  const [book, stopped] = [runbook('projection-lag'), runbook('work-stopped')];
  const { rows } = await database.query(
    `SELECT format('%I.%I', table_schema, table_name) AS "table" FROM information_schema.tables
     WHERE table_schema = 'orders' AND table_name ~ '^order.list' AND table_type = 'BASE TABLE'`,
  );
  const [{ table }] = z.tuple([z.object({ table: z.string() })]).parse(rows);
  const mend = await breaking(table);
  await confirmedOrder();
  await untilSaid(
    book,
    '/metrics',
    /^projection_lag_seconds\{projection="orders\.order-list",status="live".*\} [1-9]/m,
  );
  await untilSaid(book, 'projections"', /"order-list"[^}]*"behind":[1-9]/);
  await untilSaid(stopped, '/health/ready', /"kind":"projection","name":"orders\.order-list"/);
  expect(await book.run('/health/ready')).toContain('"projection"');
  await untilSaid(stopped, '/metrics', impaired('projection', 'orders.order-list'));
  await mend();
  await book.run('/rebuild', { PROJECTION: 'orders.order-list' });
  await untilSaid(book, '/metrics', /^projection_lag_seconds\{projection="orders\.order-list",status="live".*\} 0$/m);
  await untilSaid(stopped, '/metrics', /^(?![^]*kind="projection")/);
});

it('a saga that needs attention is seen, tried again, or taken over', async () => {
  const book = runbook('saga-needs-attention');
  const { ids, mend } = stuck;
  const [again = '', byHand = ''] = ids;
  await eventually(
    'both need attention',
    () => shop.admin.get('/actuator/sagas?status=needs-attention'),
    ({ body }) => ids.every((id) => JSON.stringify(body).includes(id)),
  );
  const both = await book.run('npm run -s sagas');
  for (const id of ids) expect(both).toContain(id);
  expect(await book.run('sagas -- show', { SAGA: 'orders.checkout', ID: again })).toContain('reserve-stock');
  await mend();
  const retried = await book.run('sagas -- retry', { SAGA: 'orders.checkout', ID: again });
  expect(retried).toMatch(new RegExp(`^orders.checkout ${again} is \\w+ now$`, 'm'));
  expect(await book.run('sagas -- take-over', { SAGA: 'orders.checkout', ID: byHand })).toContain('is taken-over now');
  expect((await untilEnded(shop.customer, again)).status).toBe('rejected');
  expect(await book.run('npm run -s sagas')).toBe('no saga is needs-attention\n');
});

it('an open circuit is seen, held open and made as new', async () => {
  const book = runbook('circuit-open');
  const down = { paymentToken: 'tok_down' };
  await Promise.all(Array.from({ length: 5 }, () => acceptedOrder(shop.customer, sku, down)));
  const open = /^circuit_breaker_state\{policy="(payment-provider\.[\w-]+)".*\} 2$/m;
  const [, policy = ''] = open.exec(await untilSaid(book, '/metrics', open)) ?? [];
  const state = (breaker: string): RegExp => new RegExp(`"name":"${policy}"[^}]*"breaker":"${breaker}"`);
  await untilSaid(book, '"$OPERATOR_URL/actuator/circuitbreakers"', state('open'));
  await book.run('/reset', { POLICY: policy });
  await book.run('/open', { POLICY: policy });
  await untilSaid(book, '/metrics', open);
  await book.run('/reset', { POLICY: policy });
  await untilSaid(book, '/metrics', new RegExp(`^circuit_breaker_state\\{policy="${policy}".*\\} 0$`, 'm'));
});

it('when the certificates of broker and database end is seen, and that a key is being changed', async () => {
  const [book, keys] = [runbook('certificate-expires'), runbook('key-change-open')];
  const certificate = newCertificate(12);
  const [broker, postgresql] = await Promise.all([
    TlsDoor.before(shop.transportUrl, certificate),
    TlsDoor.before(shop.databaseUrl, certificate),
  ]);
  const host = await shop.fleet.startBeside(['shipments'], {
    TRANSPORT_URL: `${broker.url(shop.transportUrl, 'amqps:')}?management=off`,
    DATABASE_URL: `${postgresql.url(shop.databaseUrl, 'postgres:')}?sslmode=verify-full`,
    NODE_EXTRA_CA_CERTS: certificate.certificateFile,
    AUTH_SECRET_PREVIOUS: 'p'.repeat(32),
  });
  try {
    const there = { OPERATOR_URL: host.url };
    const told = await book.run('/metrics', there);
    const ends = [...told.matchAll(/peer="(\w+)".*\} (\d+)$/gm)].map(([, peer, end]) => [peer, Number(end)]);
    expect(ends.map(([peer]) => peer)).toEqual(['broker', 'database']);
    const addresses = { BROKER: `127.0.0.1:${broker.port}`, POSTGRESQL: `127.0.0.1:${postgresql.port}` };
    for (const command of ['"$BROKER"', '"$POSTGRESQL"']) {
      const shown = await book.run(command, addresses);
      expect(shown).toMatch(/CN ?= ?isolith-spec/);
      const end = Date.parse(/notAfter=(.*)/.exec(shown)?.[1] ?? '') / 1_000;
      expect(ends.map(([, at]) => at)).toEqual([end, end]);
    }
    expect(await keys.run('/metrics', there)).toMatch(/^key_change_open\{variable="AUTH_SECRET_PREVIOUS".*\} 1$/m);
    expect(await keys.run('/metrics')).not.toMatch(/ 1$/m);
  } finally {
    await host.stop();
    await Promise.all([broker.close(), postgresql.close()]);
  }
}, 60_000);

it('whether a host answers, and lets the scraper in, is seen', async () => {
  const book = runbook('nothing-measured');
  expect(await book.run('/health/live')).toContain('"ok"');
  expect(await book.run('http_code', { METRICS_TOKEN: 'another' })).toBe('401\n');
  expect(await book.run('http_code')).toBe('200\n');
  expect(await book.run('hosts_seen')).toMatch(/^hosts_seen\{state="ready".*\} 3$/m);
});

it('each command of each page was run', () => {
  const pages = alertRules().alerts.map(({ annotations: { runbook: page } }) => page);
  expect(new Set(books.map(({ page }) => `docs/runbooks/${page}.md`))).toEqual(new Set(pages));
  expect(books.flatMap(({ left }) => left)).toEqual([]);
});
