import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Metrics } from '@isolith/observability';
import { AskedShop } from '../access/asked-shop.js';
import { declaredMetrics } from './declared-metrics.js';
import { knownValues } from './known-values.js';
import { LABELS } from './labels.js';
import { metricsPage, PAGE } from './metrics-page.js';
import { seriesOf, type Series } from './series.js';
import { strangeSeries } from './strange-series.js';

const ROOT = join(import.meta.dirname, '..', '..');
/** What the library says of the process; its labels are its own. */
const OF_THE_PROCESS = /^(?:process|nodejs)_/;
/** As the design names them. */
const PROMISED = [
  'service_request_total',
  'service_latency_seconds',
  'circuit_breaker_state',
  'bulkhead_running',
  'bulkhead_queued',
  'saga_count',
  'saga_completion_rate',
  'saga_needs_attention',
  'parked_messages',
  'parked_sequences',
  'journal_lag_events',
  'journal_oldest_waiting_seconds',
  'journal_horizon_age_seconds',
  'database_pool_waiting',
  'message_handled_total',
  'message_seconds',
  'message_unanswered_total',
  'build_info',
  'event_loop_utilization',
  'message_confirms_total',
  'message_confirm_seconds_total',
  'requests_in_flight',
  'requests_in_flight_limit',
  'requests_shed_total',
  'queue_messages',
  'certificate_expires_at_seconds',
  'key_change_open',
  'queue_oldest_waiting_seconds',
];

let shop: AskedShop;
let admin: Awaited<ReturnType<AskedShop['admin']>>;

beforeAll(async () => {
  shop = await AskedShop.open('memory://');
  admin = await shop.admin();
});
afterAll(() => shop.close());

async function scrape(): Promise<readonly Series[]> {
  const { status, body } = await shop.ask('GET', '/metrics', admin.accessToken);
  expect(status).toBe(200);
  return seriesOf(body).filter(({ metric }) => !OF_THE_PROCESS.test(metric));
}

/** A customer who orders, and strangers who ask for whatever comes to their minds. */
async function flood(): Promise<void> {
  const sku = await shop.product(admin, 10);
  await shop.order(await shop.person(admin), sku);
  for (let stranger = 0; stranger < 1_000; stranger += 1) {
    const id = randomUUID();
    const asked = [
      `/v1/orders/${id}`,
      `/v1/products/${id}`,
      `/${id}/${stranger}`,
      `/v1/users/${id}`,
      `/v1/products?q=${id}`,
    ];
    await shop.ask('GET', asked[stranger % asked.length] ?? '/', stranger % 3 === 0 ? admin.accessToken : id);
    if (stranger % 100 === 0) await shop.person(admin);
  }
}

it('the page of metrics says what a host declares: npm run metrics', async () => {
  expect(readFileSync(join(ROOT, PAGE), 'utf8')).toBe(metricsPage(await declaredMetrics()));
});

it('every label says what holds its values within a bound, and every metric that is promised is there', async () => {
  const declared = await declaredMetrics();
  expect([...new Set(declared.flatMap(({ labels }) => labels))].filter((label) => !(label in LABELS))).toEqual([]);
  const names = declared.map(({ name }) => name);
  expect(PROMISED.filter((name) => !names.includes(name))).toEqual([]);
});

const requests = (series: readonly Series[]): ReadonlySet<string> =>
  new Set(
    series
      .filter(({ metric }) => metric.startsWith('service_'))
      .map(({ metric, labels }) => `${metric} ${JSON.stringify([...labels])}`),
  );

it('a flooded shop shows what it declares, with values that the code has, and nothing more for each stranger', async () => {
  await flood();
  // The first one makes the series of those who ask for metrics.
  await scrape();
  const once = await scrape();
  await flood();
  const twice = await scrape();
  expect(strangeSeries(twice, shop.part(Metrics).declared(), await knownValues(shop))).toEqual([]);
  const before = requests(once);
  expect([...requests(twice)].filter((one) => !before.has(one))).toEqual([]);
  expect(twice.length).toBeLessThan(once.length * 1.1);
});
