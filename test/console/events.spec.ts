import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { causesOf, event, manyEvents, stream } from './fixtures/events.js';
import { snapshot } from './fixtures/live.js';
import { ConsoleBrowser, isTooWide, untilFocused, violationsOf } from './support/console-browser.js';

/** More than anybody reads, and than a browser draws. */
const MANY = 100_000;

let browser: ConsoleBrowser;
beforeAll(async () => {
  browser = await ConsoleBrowser.start();
  browser.server.snapshot = snapshot;
});
afterAll(() => browser?.stop());
beforeEach(() => {
  browser.server.asked.length = 0;
  browser.server.script = ({ path }) => {
    if (path.startsWith('events/orders?')) return { body: manyEvents(MANY) };
    if (path.startsWith('events/orders/')) return { body: stream };
    return path.startsWith('causes/') ? { body: causesOf } : undefined;
  };
});
afterEach(async () => expect(await browser.endPages()).toEqual([]));

describe('events', () => {
  it('are a list of any length, of which only what is seen is drawn, and keys go through all of it', async () => {
    const page = await browser.open('#/events?context=orders');
    const rows = page.locator('tr[data-row]');
    await rows.first().waitFor();
    expect(await rows.count()).toBeLessThan(100);
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('table').getByRole('link').first().focus();
    await page.keyboard.press('End');
    const last = page.locator(`tr[data-row="${MANY - 1}"] a`);
    await untilFocused(last);
    expect(await last.isVisible()).toBe(true);
    expect(await rows.count()).toBeLessThan(100);
    await page.keyboard.press('PageUp');
    await page.keyboard.press('Enter');
    await page.getByText('"status": "shipped"').waitFor();
  });

  it('are asked for page by page as somebody scrolls, each page once', async () => {
    const { server } = browser;
    server.script = ({ path }) => {
      const cursor = Number(new URLSearchParams(path.split('?')[1]).get('cursor') ?? 300);
      const items = Array.from({ length: 100 }, (_, nth) => event(cursor - nth));
      return { body: { items, ...(cursor > 100 ? { nextCursor: String(cursor - 100) } : {}) } };
    };
    const page = await browser.open('#/events?context=orders');
    await page.locator('tr[data-row]').first().waitFor();
    await eventually(
      'all pages are there',
      async () => {
        await page.locator('.scroller').evaluate((it: { scrollTop: number }) => {
          it.scrollTop = 1_000_000;
        });
        return page.locator('tr[data-row="299"]').count();
      },
      (count) => count === 1,
    );
    expect(server.asked.map(({ path }) => new URLSearchParams(path.split('?')[1]).get('cursor'))).toEqual([
      null,
      '200',
      '100',
    ]);
  });

  it('of a stream have a slider through time, and the state after each', async () => {
    const page = await browser.open(`#/events/stream/orders/${stream.stream}`);
    await page.getByText('"status": "shipped"').waitFor();
    const slider = page.getByRole('slider');
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    await page.getByText('"status": "confirmed"').waitFor();
    await page.keyboard.press('Home');
    await page.getByText('"status": "pending"').waitFor();
    expect(await slider.getAttribute('aria-valuetext')).toContain('1: orders.order-placed');
    expect(await violationsOf(page)).toEqual([]);
  });

  it('have causes and effects over all contexts, which can be folded', async () => {
    const page = await browser.open('#/events/causes/c0ffee00-0000');
    await page.getByText('inventory.reserve').waitFor();
    await page.getByText('nobody hosts shipments').waitFor();
    await page.getByText('There is more than is shown').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    const fold = page.getByRole('button', { name: 'orders.checkout: 2 below' });
    await fold.focus();
    await page.keyboard.press('Enter');
    await page.getByText('inventory.reserve').waitFor({ state: 'detached' });
    expect(await fold.getAttribute('aria-expanded')).toBe('false');
    expect(await page.getByText('notifications.mailed').count()).toBe(1);
  });

  it.each(['?context=orders', `/stream/orders/${stream.stream}`, '/causes/c0ffee00-0000'])(
    '%s fits on a phone, in the dark',
    async (where) => {
      const page = await browser.open(`#/events${where}`, {
        viewport: { width: 400, height: 800 },
        colorScheme: 'dark',
      });
      await page.getByText('orders.order-').first().waitFor();
      expect([await isTooWide(page), await violationsOf(page)]).toEqual([false, []]);
    },
  );
});
