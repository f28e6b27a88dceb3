import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client, newCustomer } from '../support/client.js';
import { seededRandom } from '../support/seeded-random.js';
import { acceptedOrder, newProduct, type Shop, startShop } from '../support/shop.js';
import { fuzzedExchanges, type Exchange } from './mcp/fuzzed-exchanges.js';

const COUNT = 2_000;
const SEED = Number(process.env['FUZZ_SEED'] ?? randomInt(1_000_000));
const AT_ONCE = 8;
/** Nothing that is asked here takes a host so long, however busy its machine is. */
const HUNG_MS = 30_000;

/**
 * The internal error of JSON-RPC, or of a tool. Not where its message is a list: so the protocol's own library tells
 * which parameters of a method are not as its schema has them.
 */
const INTERNAL = /-32603,"message":"(?!\[)|"failed\\?":\\?"internal/;

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Status 0 for one that does not come whole. */
async function answerTo({ headers, body }: Exchange): Promise<Answer> {
  try {
    const signal = AbortSignal.timeout(HUNG_MS);
    const response = await fetch(`${shop.url}/mcp`, { method: 'POST', headers, body, signal });
    return { status: response.status, body: await response.text() };
  } catch (error) {
    return { status: 0, body: String(error) };
  }
}

it(`answers ${COUNT} requests that are right, wrong or hostile, and none with 500`, async () => {
  const customer = await newCustomer(shop.url);
  const sku = await newProduct(shop, 1_000);
  const orderId = await acceptedOrder(customer, sku);
  const exchanges = fuzzedExchanges(seededRandom(SEED), {
    tokens: [shop.admin.token ?? '', customer.token ?? ''],
    sku,
    orderId,
  });
  const statuses: Record<string, number> = {};
  const findings: string[] = [];
  let sent = 0;
  const worker = async (): Promise<void> => {
    while (sent < COUNT) {
      sent += 1;
      const exchange = exchanges.next().value;
      const { status, body } = await answerTo(exchange);
      statuses[status] = (statuses[status] ?? 0) + 1;
      const isBroken = status === 0 || status >= 500 || INTERNAL.test(body);
      if (isBroken)
        findings.push(`${exchange.what}: ${status} ${body.slice(0, 300)}; sent ${exchange.body.slice(0, 300)}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  process.stderr.write(`fuzzed MCP: seed ${SEED}, ${JSON.stringify(statuses)}\n`);
  expect(findings.slice(0, 10)).toEqual([]);
  // Both kinds were there.
  expect(statuses['200'] ?? 0).toBeGreaterThan(COUNT / 10);
  expect(statuses['400'] ?? 0).toBeGreaterThan(COUNT / 20);
  // Whatever was sent, nothing was done that nobody has agreed to.
  const { body } = await new Client(shop.url, shop.admin.token).get(`/v1/inventory/${sku}`);
  expect(body).toMatchObject({ onHand: 1_000 });
});
