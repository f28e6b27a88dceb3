import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { contractList } from './fixtures/contracts.js';
import { snapshot } from './fixtures/live.js';
import { ConsoleBrowser, isTooWide, violationsOf } from './support/console-browser.js';
import { problem } from './support/pages-server.js';

let browser: ConsoleBrowser;
beforeAll(async () => {
  browser = await ConsoleBrowser.start();
  browser.server.snapshot = snapshot;
});
afterAll(() => browser?.stop());
beforeEach(() => {
  browser.server.asked.length = 0;
  browser.server.script = ({ method, path, body }) => {
    if (method === 'GET' && path === 'contracts') return { body: contractList };
    if (path !== 'contracts/orders.place-order') return undefined;
    const text = JSON.stringify(body);
    if (text.includes('"sku":"boat"'))
      return problem(400, 'the input does not fit', [{ pointer: '/input/sku', detail: 'no such product' }]);
    if (text.includes('"sku":"lead"')) {
      const { body: refused } = problem(400, 'does not fit', [{ pointer: '/sku', detail: 'too heavy' }]);
      return { body: { outcome: 'failed', problem: refused } };
    }
    return text.includes('"sku":"gold"')
      ? { body: { outcome: 'failed', problem: { type: 'out-of-stock', detail: 'none is left' } } }
      : { body: { outcome: 'answered', output: { orderId: '7d44c5f0' } } };
  };
});
afterEach(async () => expect(await browser.endPages()).toEqual([]));

describe('contracts', () => {
  it('are found by name and kind, and say who uses them', async () => {
    const page = await browser.open('#/contracts');
    await page.getByText('notifications, shipments').waitFor();
    await page.getByLabel('Name').fill('PLACE-');
    await page.getByText('orders.order-placed').waitFor({ state: 'detached' });
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('link', { name: 'orders.place-order' }).click();
    await page.getByText('orders.out-of-stock').waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  it('are sent by a form made from their schema, by keyboard alone', async () => {
    const page = await browser.open('#/contracts/orders.place-order');
    const send = page.getByRole('button', { name: 'Send this command' });
    await page.getByLabel('sku').focus();
    expect(await send.getAttribute('aria-disabled')).toBe('true');
    expect(await page.locator('.wrong').count()).toBe(0);
    await page.keyboard.press('Enter');
    await page.getByText('String is too short').waitFor();
    expect(await page.locator('.wrong').count()).toBe(2);
    await page.keyboard.type('shoe');
    await page.keyboard.press('Tab');
    await page.keyboard.type('2');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.type('express');
    await page.getByRole('button', { name: 'Add to tags' }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('1', { exact: true }).focus();
    await page.keyboard.type('red');
    await page.keyboard.press('Enter');
    await page.getByText('"orderId": "7d44c5f0"').waitFor();
    const [act] = browser.server.acts();
    expect(act?.body).toEqual({
      input: { sku: 'shoe', quantity: 2, gift: true, speed: 'express', tags: ['red'] },
      idempotencyKey: act?.key,
    });
    expect(await violationsOf(page)).toEqual([]);
    await send.click();
    await page.getByText('answered').waitFor();
    expect(new Set(browser.server.acts().map(({ key }) => key)).size).toBe(browser.server.acts().length);
  });

  it('say at the field what the host refuses, and what a failure says', async () => {
    const page = await browser.open('#/contracts/orders.place-order');
    await page.getByLabel('sku').fill('boat');
    await page.getByLabel('quantity').fill('1');
    await page.getByRole('button', { name: 'Send this command' }).click();
    await page.locator('.wrong', { hasText: 'no such product' }).waitFor();
    await page.getByLabel('sku').fill('gold');
    await page.getByRole('button', { name: 'Send this command' }).click();
    await page.getByText('none is left').waitFor();
    expect(await page.locator('.wrong').count()).toBe(0);
    await page.getByLabel('sku').fill('lead');
    await page.getByRole('button', { name: 'Send this command' }).click();
    await page.locator('.wrong', { hasText: 'too heavy' }).waitFor();
    await page.getByLabel('sku').fill('shoe');
    expect(await page.locator('.wrong').count()).toBe(0);
  });

  it('are not sent where the host does not let them be', async () => {
    const { server } = browser;
    const before = server.config;
    server.config = { application: 'shop', send: false };
    const page = await browser.open('#/contracts/orders.place-order');
    await page.getByText('orders.out-of-stock').waitFor();
    expect(await page.getByRole('button', { name: /Send/ }).count()).toBe(0);
    server.config = before;
  });

  it('fit on a phone, in the dark', async () => {
    const page = await browser.open('#/contracts', { viewport: { width: 400, height: 800 }, colorScheme: 'dark' });
    await page.getByText('orders.order-placed').waitFor();
    expect([await isTooWide(page), await violationsOf(page)]).toEqual([false, []]);
    await page.goto(`${browser.url}#/contracts/orders.place-order`);
    await page.getByLabel('sku').waitFor();
    expect([await isTooWide(page), await violationsOf(page)]).toEqual([false, []]);
  });
});
