import { randomUUID } from 'node:crypto';
import { steadyLoad } from '../support/load.js';
import { address, newProduct, startShop, type Shop } from '../support/shop.js';
import { type Answered, openLoop, type Wanted } from './open-loop.js';

const ON_STOCK = 1_000_000;
const CLOSED_LOOP = 16;
/** Once the adaptive limit has found its place. */
const SETTLED_MS = 5_000;

/** What one load was answered with. Milliseconds, and answers a second. */
export interface LoadReport {
  readonly load: string;
  readonly offered: number;
  readonly good: number;
  readonly p50: number;
  readonly p99: number;
  readonly refused: number;
  readonly refusedP99: number;
  /** By status, other than good ones and refusals. */
  readonly others: Readonly<Record<string, number>>;
  readonly rssMiB: number;
}

export interface OverloadReport {
  /** Requests a second that were done of as many as got done. */
  readonly capacity: number;
  readonly loads: readonly LoadReport[];
  /** Milliseconds after the overload until the last refusal. */
  readonly backAfterMs: number;
}

/** Three of four look at a product, one of five at their orders, the others order. */
function mixOf(shop: Shop, sku: string): () => Wanted {
  const headers = { authorization: `Bearer ${shop.admin.token ?? ''}`, 'content-type': 'application/json' };
  let nth = 0;
  return () => {
    nth += 1;
    if (nth % 20 === 0)
      return {
        method: 'POST',
        path: '/v1/orders',
        headers: { ...headers, 'idempotency-key': randomUUID() },
        body: JSON.stringify({ lines: [{ sku, quantity: 1 }], paymentToken: 'tok_ok', address }),
      };
    return { method: 'GET', path: nth % 5 === 0 ? '/v1/orders?limit=5' : `/v1/products/${sku}`, headers };
  };
}

/** Finds out what a shop of one process gets done, asks it for three times as much, and looks at what it does. */
export async function overload(seconds: number, tell: (report: LoadReport) => void): Promise<OverloadReport> {
  const shop = await startShop({ LOAD_SHEDDING: process.env['LOAD_SHEDDING'] ?? '100' });
  try {
    const sku = await newProduct(shop, ON_STOCK);
    const next = mixOf(shop, sku);
    const { url } = shop;
    await capacityOf(shop, next, 3);
    const capacity = await capacityOf(shop, next, 6);
    const loads: LoadReport[] = [];
    const perform = async (load: string, share: number, lasts: number, retries = 0): Promise<readonly Answered[]> => {
      const perSecond = capacity * share;
      const answers = await openLoop({ url, perSecond, seconds: lasts, next, retries });
      const settled = lasts * 1_000 > 2 * SETTLED_MS ? answers.filter(({ at }) => at >= SETTLED_MS) : answers;
      const over = lasts * 1_000 > 2 * SETTLED_MS ? lasts - SETTLED_MS / 1_000 : lasts;
      const report = reportOf(load, perSecond, settled, over, shop.host.rss() / 2 ** 20);
      loads.push(report);
      tell(report);
      return answers;
    };
    await perform('four fifths', 0.8, 12);
    await perform('three times', 3, seconds);
    const after = await perform('half, after it', 0.5, 10);
    const backAfterMs = Math.max(0, ...after.filter(({ status }) => status === 503).map(({ at }) => at));
    await perform('three times, by clients that ask again at once', 3, seconds, 3);
    return { capacity, loads, backAfterMs };
  } finally {
    await shop.stop();
  }
}

async function capacityOf({ url }: Shop, next: () => Wanted, seconds: number): Promise<number> {
  const call = async (): Promise<{ status: number }> => {
    const { method, path, headers, body } = next();
    const answer = await fetch(new URL(path, url), { method, headers, ...(body === undefined ? {} : { body }) });
    await answer.arrayBuffer();
    return answer;
  };
  const load = steadyLoad({ mix: call }, CLOSED_LOOP);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  const { count } = load;
  await load.end();
  return count / seconds;
}

function reportOf(
  load: string,
  offered: number,
  answers: readonly Answered[],
  seconds: number,
  rssMiB: number,
): LoadReport {
  const good = answers.filter(({ status }) => status >= 200 && status < 300);
  const refused = answers.filter(({ status }) => status === 503);
  const others = answers.filter(({ status }) => status !== 503 && (status < 200 || status >= 300));
  return {
    load,
    offered: Math.round(offered),
    good: Math.round(good.length / seconds),
    p50: quantile(good, 0.5),
    p99: quantile(good, 0.99),
    refused: Math.round(refused.length / seconds),
    refusedP99: quantile(refused, 0.99),
    others: Object.fromEntries(
      [...Map.groupBy(others, ({ status }) => String(status))].map(([status, all]) => [status, all.length]),
    ),
    rssMiB: Math.round(rssMiB),
  };
}

const quantile = (answers: readonly Answered[], share: number): number => {
  const sorted = answers.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10;
};
