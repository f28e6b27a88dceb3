import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, newCustomer } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { HostExited, type Host } from '../support/host.js';
import { KeptShop } from '../support/kept-shop.js';
import { repairShop } from '../support/repair.js';
import { copySchema, onDatabase } from '../support/schema-copy.js';
import { notification, pageOf, reconciliation } from '../support/shapes.js';
import { acceptedOrder, newProduct, untilStatus } from '../support/shop.js';

let kept: KeptShop;
beforeAll(async () => void (kept = await KeptShop.open()));
afterAll(() => kept.drop());

const repair = (...how: readonly string[]) => repairShop(kept.environment, ...how);
const as = (customer: Client, { url }: Host): Client => new Client(url, customer.token, customer.userId);
/** What a customer was told, by its text. */
const told = async (customer: Client): Promise<readonly string[]> =>
  (await customer.expect(200, pageOf(notification), customer.get('/v1/notifications'))).items.map(({ text }) => text);
const books = (admin: Client) => admin.expect(200, reconciliation, admin.get('/v1/payments/reconciliation'));

describe('a shop of which one context was restored from before the others', () => {
  it('is set right by --repair, or told exactly what is gone (fault 4)', async () => {
    let { host, admin } = await kept.start();
    const sku = await newProduct({ admin }, 10);
    const customer = await newCustomer(host.url);
    const before = await acceptedOrder(customer, sku);
    await untilStatus(customer, before, 'confirmed');
    await eventually(
      'the first is told',
      () => told(customer),
      (texts) => texts.length === 1,
    );
    expect(await host.stop()).toBe(0);
    expect(await repair()).toEqual({ code: 0, said: 'nothing is wrong\n' });
    const [payments, notifications, shipments] = [
      await copySchema(kept.databaseUrl, 'payments'),
      await copySchema(kept.databaseUrl, 'notifications'),
      await copySchema(kept.databaseUrl, 'shipments'),
    ];

    ({ host, admin } = await kept.start());
    const after = await acceptedOrder(as(customer, host), sku);
    await untilStatus(as(customer, host), after, 'confirmed');
    await eventually(
      'both are told',
      () => told(as(customer, host)),
      (texts) => texts.length === 2,
    );
    const both = await told(as(customer, host));
    await host.stop();

    // A consumer: what it was told since is handed over again.
    await notifications.restore();
    const found = await repair();
    expect(found.code).toBe(1);
    expect(found.said).toMatch(/^orders > notifications\.\S+: 1 events .* it is set back to \d+$/m);
    expect(await repair('--apply')).toMatchObject({ code: 0 });
    ({ host, admin } = await kept.start());
    await eventually(
      'both are told again',
      () => told(as(customer, host)),
      (texts) => texts.length === 2,
    );
    expect((await told(as(customer, host))).toSorted()).toEqual(both.toSorted());
    expect(await books(admin)).toMatchObject({ differences: [] });
    await host.stop();

    // Who did a step of a saga: what is gone is named.
    await payments.restore();
    const gone = await repair('--apply');
    expect(gone.code).toBe(1);
    expect(gone.said).toContain(`saga orders.checkout ${after} (completed): step charge`);
    expect(gone.said).not.toContain(before);
    ({ host, admin } = await kept.start());
    // The provider's ledger is where it was, and so are the orders.
    expect(await books(admin)).toMatchObject({ differences: [] });
    // A producer that is behind: its news are heard of by nobody who has a record of them.
    expect((await admin.post(`/v1/shipments/${before}/dispatch`)).status).toBe(202);
    await untilStatus(as(customer, host), before, 'shipped');
    await host.stop();
    await shipments.restore();
    const lost = await repair('--apply');
    expect(lost.said).toMatch(/^orders\.\S+: 1 events had their effect and no journal has them any more/m);
  });

  it('does not start while a sequence is behind what was handed over, and does once it is repaired (fault 4)', async () => {
    await onDatabase(kept.databaseUrl, async (client) => {
      await client.query('UPDATE shipments.subscription_checkpoint SET position = greatest(position, 3)');
      await client.query('DELETE FROM shipments.journal');
      await client.query('ALTER SEQUENCE shipments.journal_position_seq RESTART');
    });
    const refused: unknown = await kept.start().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(HostExited);
    expect(refused).toMatchObject({ code: 1 });
    expect(String(refused)).toMatch(
      /DATABASE_URL: the sequence shipments\.journal_position_seq stands at 0, behind \d+, .* run this program with --repair/,
    );
    expect((await repair('--apply')).said).toMatch(
      /the sequence shipments\.journal_position_seq stands at 0 and is set to \d+, .*: done$/m,
    );
    const { host, admin } = await kept.start();
    const customer = await newCustomer(host.url);
    const order = await acceptedOrder(customer, await newProduct({ admin }, 1));
    await untilStatus(customer, order, 'confirmed');
    await admin.post(`/v1/shipments/${order}/dispatch`);
    // Its event is behind the checkpoint, so whoever waits for it hears of it.
    await untilStatus(customer, order, 'shipped');
    await host.stop();
  });
});
