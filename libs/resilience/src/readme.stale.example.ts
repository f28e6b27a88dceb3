import { resilience, StaleAnswers } from '@isolith/resilience';

function price(json: unknown): number {
  if (typeof json !== 'number') throw new TypeError('that is no price');
  return json;
}
const prices = new StaleAnswers({ maxAgeMs: 3_600_000, maxEntries: 1_000 }, price);
const shop = resilience('prices', { timeoutMs: 500 });

export function priceOf(url: string, sku: string): Promise<number> {
  const ask = async (signal: AbortSignal) => price(await (await fetch(`${url}/${sku}`, { signal })).json());
  return shop.run(prices.keeping(sku, ask), { fallback: prices.fallback(sku) });
}
