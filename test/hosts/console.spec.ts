import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client as Database } from 'pg';
import { z } from 'zod';
import { ConsoleBrowser, violationsOf } from '../console/support/console-browser.js';
import { eventually } from '../support/eventually.js';
import { ADMIN, acceptedOrder, getOrder, newProduct, untilStatus } from '../support/shop.js';
import { startSplitShop, type SplitShop } from '../support/split-shop.js';

const parkedPage = z.object({ items: z.array(z.looseObject({ id: z.string(), key: z.string() })) });
const stored = z.tuple([z.object({ data: z.looseObject({ paymentId: z.uuid() }) })]);
const audited = z.object({ items: z.array(z.looseObject({ act: z.string(), reason: z.string().optional() })) });

let shop: SplitShop;
let database: Database;
let browser: ConsoleBrowser;
beforeAll(async () => {
  [shop, browser] = await Promise.all([
    startSplitShop({
      hosts: [
        ['gateway', 'users', 'products', 'inventory', 'shipments', 'notifications', 'assistant'],
        ['orders'],
        ['payments'],
      ],
      // Whether the money has come is asked for the first time after a quarter of it.
      environment: { PAYMENT_SETTLES_WITHIN_MS: '60000' },
    }),
    ConsoleBrowser.start(),
  ]);
  database = new Database({ connectionString: shop.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database?.end();
  await browser?.stop();
  await shop?.stop();
});
afterEach(async () => expect(await browser.endPages()).toEqual([]));

/** What payments says of money that has come is said wrongly: a defect of a release that is gone by now. */
async function spoilNewsOfMoney(): Promise<void> {
  await database.query(`CREATE FUNCTION payments.spoil() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.type = 'payments.payment-settled' THEN NEW.data := jsonb_set(NEW.data, '{captured}', '"yes"'); END IF;
      RETURN NEW;
    END $$`);
  await database.query(
    'CREATE TRIGGER spoil BEFORE INSERT ON payments.journal FOR EACH ROW EXECUTE FUNCTION payments.spoil()',
  );
}

describe('an order that waits for an event which nobody can read', () => {
  it('is confirmed once an operator has mended the event in the console, of another host than it is parked in', async () => {
    const { admin, customer, fleet } = shop;
    await spoilNewsOfMoney();
    const orderId = await acceptedOrder(customer, await newProduct(shop, 1), { paymentToken: 'tok_later' });
    await eventually(
      'the event is parked',
      () => admin.expect(200, parkedPage, admin.get('/actuator/parked?context=orders')),
      ({ items }) => items.some(({ key }) => key.includes(orderId)),
    );
    expect((await getOrder(customer, orderId)).status).toBe('pending');

    const page = await browser.open('', { at: `${fleet.url}/console/`, token: null });
    await page.getByLabel('Email').fill(ADMIN.email);
    await page.getByLabel('Password').fill(ADMIN.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('link', { name: 'Parked', exact: true }).click();
    await page.getByText('saga-events').first().waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('link', { name: 'contract-violation', exact: true }).click();
    await page.getByRole('table').getByRole('link').first().click();
    await page.getByRole('button', { name: 'Edit' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('orderId').fill(orderId);
    const { rows } = await database.query("SELECT data FROM payments.journal WHERE type = 'payments.payment-settled'");
    const [{ data }] = stored.parse(rows);
    await dialog.getByLabel('paymentId').fill(data.paymentId);
    await dialog.getByLabel('captured').check();
    await dialog.getByLabel('Reason').fill('"yes" means true');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Edited. The next replay uses it.').waitFor();
    await page.getByRole('button', { name: 'Replay', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Replay' }).click();
    await page.getByText('1 replayed, none is left of this key.').waitFor();

    await untilStatus(customer, orderId, 'confirmed');
    const { items } = await admin.expect(200, audited, admin.get('/actuator/audit?context=orders'));
    expect(items.find(({ act }) => act === 'edit-parked')?.reason).toBe('"yes" means true');
  });
});
