import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Client, newCustomer } from '../support/client.js';
import { fromSource, HostExited, startHost, temporaryFolder } from '../support/host.js';
import { seededRandom } from '../support/seeded-random.js';
import { ADMIN, getOrder, newProduct, placeOrder, startShop, stockOf, untilEnded, type Shop } from '../support/shop.js';

let shop: Shop | undefined;
afterEach(async () => {
  await shop?.host.kill();
  shop = undefined;
});

const refusalOf = async (environment: Record<string, string>, args?: readonly string[]): Promise<HostExited> => {
  const outcome = await startHost({ DATA_DIR: `${temporaryFolder()}/data`, ...environment }, args).then(
    async (host) => host.kill(),
    (error: unknown) => error,
  );
  if (!(outcome instanceof HostExited)) throw new Error(`expected a refusal, got ${String(outcome)}`);
  return outcome;
};

describe('a host refuses to start', () => {
  it('with a wrong environment, naming every variable at once', async () => {
    const { code, output } = await refusalOf({
      PORT: 'many',
      CONTEXT: 'orders',
      RATE_LIMIT: '-1',
      SHUTDOWN_GRACE_MS: 'soon',
      ORDRES_DATABASE_URL: 'postgres://127.0.0.1/x',
      AUTH_SECRET: 'too short to be one',
    });
    expect(code).toBe(1);
    for (const name of ['PORT', 'CONTEXT', 'RATE_LIMIT', 'SHUTDOWN_GRACE_MS', 'ORDRES_DATABASE_URL', 'AUTH_SECRET'])
      expect(output).toContain(name);
    expect(output).not.toContain('too short to be one');
  });

  it('without the contexts that it needs, naming each', async () => {
    const { code, output } = await refusalOf({
      CONTEXTS: 'orders',
      DATABASE_URL: 'postgres://127.0.0.1:1/none',
      AUTH_SECRET: randomUUID() + randomUUID(),
    });
    expect(code).toBe(1);
    for (const needed of [
      'inventory.reserve-stock',
      'payments.charge-payment',
      'shipments.create-shipment',
      'products.get-prices',
    ])
      expect(output).toContain(needed);
    expect(output).toContain('TRANSPORT_URL');
  });

  it('with a wrong environment and a wrong wiring, naming both in one go', async () => {
    const { code, output } = await refusalOf(
      { PORT: 'many', CONTEXT: 'greeter' },
      fromSource('test/hosts/fixtures/wrongly-wired.ts'),
    );
    expect(code).toBe(1);
    for (const reason of [
      'PORT',
      'CONTEXT',
      'greeter.greet has two handlers: FirstGreeter and SecondGreeter',
      'greeter.wave has no handler',
      'greeter needs kitchen.weigh, but kitchen is not here',
    ]) {
      expect(output).toContain(reason);
    }
  });

  it('with an unknown context', async () => {
    expect((await refusalOf({ CONTEXTS: 'orders,warehouse' })).output).toContain('warehouse');
  });

  it('on a data folder that another host uses, and does it no harm', async () => {
    shop = await startShop();
    const sku = await newProduct(shop, 3);
    const second = await refusalOf({
      DATA_DIR: shop.dataDir,
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
    });
    expect(second.code).toBe(1);
    expect(second.output).toContain(shop.dataDir);
    expect(await stockOf(shop, sku)).toMatchObject({ onHand: 3 });
    const customer = await newCustomer(shop.url);
    const answer = await placeOrder(customer, sku);
    expect(answer.status).toBe(202);
  });
});

const ROUNDS = 20;
/** Of one: a host starts in it, which takes long on a machine that is busy. Bounds a test that hangs. */
const ROUND_LIMIT_MS = 60_000;

describe('a host that is killed', () => {
  it(
    `${ROUNDS} times under load has every write that it acknowledged`,
    async () => {
      const dataDir = `${temporaryFolder()}/data`;
      shop = await startShop({ DATA_DIR: dataDir });
      const sku = await newProduct(shop, 10_000);
      const acknowledged: string[] = [];
      let customer: Client = await newCustomer(shop.url);
      const seed = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000);
      process.stderr.write(`kill -9 seed: ${seed}\n`);
      const random = seededRandom(seed);
      for (let round = 0; round < ROUNDS; round += 1) {
        const enough = 1 + Math.floor(random() * 12);
        let inRound = 0;
        const victim = shop.host;
        let killed: Promise<void> | undefined;
        const place = async (): Promise<void> => {
          while (killed === undefined) {
            const answer = await placeOrder(customer, sku).catch(() => undefined);
            if (answer?.status !== 202) continue;
            acknowledged.push(String(Object(answer.body).id));
            inRound += 1;
            if (inRound >= enough) killed ??= victim.kill();
          }
        };
        await Promise.all(Array.from({ length: 4 }, place));
        await killed;
        shop = await startShop({ DATA_DIR: dataDir });
        customer = await resume(shop, customer);
      }
      // Every acknowledged order is there and comes to its end, and each took exactly one piece.
      const ended = await Promise.all(acknowledged.map((id) => untilEnded(shop!.admin, id)));
      expect(ended.filter(({ status }) => status !== 'confirmed')).toEqual([]);
      expect(new Set(acknowledged).size).toBe(acknowledged.length);
      expect((await stockOf(shop, sku)).reserved).toBeGreaterThanOrEqual(acknowledged.length);
      await getOrder(customer, acknowledged[0] ?? '');
    },
    ROUNDS * ROUND_LIMIT_MS,
  );
});

describe('a host that is told to stop', () => {
  it('finishes what it has begun and exits with 0', async () => {
    shop = await startShop();
    const sku = await newProduct(shop, 100);
    const customer = await newCustomer(shop.url);
    const answers = Array.from({ length: 20 }, () => placeOrder(customer, sku));
    await answers[0];
    const code = shop.host.stop();
    const settled = await Promise.allSettled(answers);
    expect(await code).toBe(0);
    const ids = settled.flatMap((result) =>
      result.status === 'fulfilled' && result.value.status === 202 ? [String(Object(result.value.body).id)] : [],
    );
    expect(ids.length).toBeGreaterThan(0);
    shop = await startShop({ DATA_DIR: shop.dataDir });
    for (const id of ids) expect((await untilEnded(shop.admin, id)).status).toBe('confirmed');
  });

  it('answers a caller that waits, early', async () => {
    shop = await startShop();
    const sku = await newProduct(shop, 1);
    const customer = await newCustomer(shop.url);
    const waiting = placeOrder(customer, sku, { paymentToken: 'tok_never', headers: { prefer: 'wait=30' } });
    // The order exists once its stock is reserved; the caller waits by then.
    while ((await stockOf(shop, sku)).reserved === 0);
    const began = Date.now();
    const code = shop.host.stop();
    // Its money never comes, so nothing but the end of the host can answer before the 30 s are over.
    expect([202, 503]).toContain((await waiting).status);
    expect(Date.now() - began).toBeLessThan(20_000);
    await code;
  });
});

/** The same customer on the restarted host: sessions outlive it, so the token still works. */
async function resume({ url }: Shop, { token, userId }: Client): Promise<Client> {
  const again = new Client(url, token, userId);
  expect((await again.get('/v1/users/me')).status).toBe(200);
  return again;
}
