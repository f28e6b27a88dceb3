import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Metrics } from '@isolith/observability';
import { AskedShop } from '../access/asked-shop.js';
import { knownValues } from '../metrics/known-values.js';
import { strangeSeries } from '../metrics/strange-series.js';
import { eventually } from '../support/eventually.js';
import { steadyLoad } from '../support/load.js';
import { acceptedOrder, newProduct, untilEnded } from '../support/shop.js';
import { startSplitShop, type SplitShop } from '../support/split-shop.js';
import { dashboardAnswers, type DashboardAnswers } from './dashboard-answers.js';
import { Prometheus, type EvaluatedRule } from './prometheus.js';

const METRICS_TOKEN = 'the-token-of-a-scraper';
const HOSTS = [['gateway'], ['users', 'products', 'orders'], ['payments', 'inventory'], ['shipments', 'notifications']];
/** Between two calls of each kind: steady, and far from what the shop can do. Milliseconds. */
const PACE_MS = 100;
/** What has been asked for once has its series by then. */
const WARM_UP_MS = 5_000;
/** Of what the process tells of itself the labels are the library's. */
const OF_THE_PROCESS = /^(?:process|nodejs)_/;

/** What a Prometheus saw of a shop. */
export interface ScrapeReport {
  readonly calls: number;
  /** Of 5xx among them. */
  readonly failed: number;
  /** Hosts that more than a tenth of the scrapes did not reach within 2 seconds, or whose answers were refused. */
  readonly down: readonly string[];
  /** The most that one host showed at once. */
  readonly mostSeries: number;
  /** How long the slowest answer of a host took. */
  readonly slowestScrapeSeconds: number;
  /** Metrics with label values that the code does not have. */
  readonly strange: readonly string[];
  /** Metrics that have more series at the end than after the warm-up, although nothing new was asked for. */
  readonly growing: readonly string[];
  readonly dashboards: DashboardAnswers;
  /** Rules that can't be evaluated, and alerts that fire. */
  readonly rules: readonly EvaluatedRule[];
}

/** A split shop under steady load, with strangers among its customers, scraped for so long. */
export async function scrapeRun(seconds: number): Promise<ScrapeReport> {
  const environment = { METRICS_TOKEN, LOAD_SHEDDING: '1000' };
  const shop = await startSplitShop({ hosts: HOSTS, environment });
  const hosts = shop.fleet.hosts.map(({ url }) => url);
  const prometheus = await Prometheus.scraping({ hosts, metricsToken: METRICS_TOKEN });
  try {
    const load = steadyLoad(await callersOf(shop));
    // It looks around for a few seconds before it scrapes anybody.
    await eventually(
      'all hosts are scraped',
      () => prometheus.query('up{job="shop"} == 1'),
      (up) => up.length === hosts.length,
    );
    await sleep(WARM_UP_MS);
    const early = await counted(prometheus);
    await sleep(Math.max(0, seconds * 1_000 - WARM_UP_MS));
    const dashboards = await dashboardAnswers(prometheus, '10s');
    const calls = await load.end();
    const late = await counted(prometheus);
    return {
      calls: calls.length,
      failed: calls.filter(({ status }) => status >= 500).length,
      down: (await prometheus.query(`avg_over_time(up{job="shop"}[${seconds}s]) < 0.9`)).map(
        ({ labels }) => labels['instance'] ?? '',
      ),
      mostSeries: await most(prometheus, `scrape_samples_scraped{job="shop"}[${seconds}s]`),
      slowestScrapeSeconds: await most(prometheus, `scrape_duration_seconds{job="shop"}[${seconds}s]`),
      strange: await strangeOf(prometheus),
      growing: [...late]
        .filter(([key, count]) => count > (early.get(key) ?? 0) * GROWTH + SLACK)
        .map(([key, count]) => `${key}: ${early.get(key) ?? 0} > ${count}`),
      dashboards,
      rules: (await prometheus.rules()).filter(({ health, state }) => health !== 'ok' || state === 'firing'),
    };
  } finally {
    await prometheus.stop();
    await shop.stop();
  }
}

/** Rare outcomes come later than others: a few series more are no growth with the number of calls. */
const GROWTH = 1.5;
const SLACK = 40;

async function callersOf(shop: SplitShop) {
  const { customer, admin, fleet } = shop;
  const sku = await newProduct(shop, 100_000);
  const first = await acceptedOrder(customer, sku);
  await untilEnded(customer, first);
  await eventually(
    'an order is told of',
    () => customer.get('/v1/notifications'),
    ({ body }) => JSON.stringify(body).includes(first),
  );
  const paced = (call: () => Promise<{ readonly status: number }>) => async () => {
    await sleep(PACE_MS);
    return call();
  };
  const ordering = (paymentToken: string) =>
    paced(async () => {
      await acceptedOrder(customer, sku, { paymentToken });
      return { status: 202 };
    });
  return {
    order: ordering('tok_ok'),
    declined: ordering('tok_declined'),
    look: paced(() => customer.get(`/v1/orders/${first}`)),
    search: paced(() => customer.get(`/v1/products?q=${randomUUID().slice(0, 4)}`)),
    support: paced(() => admin.get(`/v1/shipments/${first}`)),
    // Whatever comes to their minds: it must not become a series.
    stranger: paced(() =>
      fetch(`${fleet.url}/${randomUUID()}/${randomUUID()}?${randomUUID()}=1`, {
        headers: { authorization: randomUUID() },
      }),
    ),
    unknown: paced(() => customer.get(`/v1/orders/${randomUUID()}`)),
  };
}

/** The most that was seen of a range of any host. */
async function most(prometheus: Prometheus, range: string): Promise<number> {
  return Math.max(...(await prometheus.query(`max_over_time(${range})`)).map(({ value }) => value));
}

/** How many series each metric has, by its name. */
async function counted(prometheus: Prometheus): Promise<ReadonlyMap<string, number>> {
  const values = await prometheus.query('count by (__name__) ({job="shop",service="shop"})');
  return new Map(values.map(({ labels, value }) => [labels['__name__'] ?? '', value]));
}

/** Held against a shop in this process, which knows what its code has. */
async function strangeOf(prometheus: Prometheus): Promise<readonly string[]> {
  const asked = await AskedShop.open('memory://');
  try {
    const all = await prometheus.seriesOf('{job="shop",service="shop"}');
    const series = all.flatMap(({ __name__: metric = '', job: _job, instance: _instance, ...labels }) =>
      OF_THE_PROCESS.test(metric) ? [] : [{ metric, labels: new Map(Object.entries(labels)) }],
    );
    return strangeSeries(series, asked.part(Metrics).declared(), await knownValues(asked));
  } finally {
    await asked.close();
  }
}
