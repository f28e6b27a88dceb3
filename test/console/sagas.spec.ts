import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { snapshot } from './fixtures/live.js';
import { sagaList, stuck, stuckWhole, waiting, waitingWhole } from './fixtures/sagas.js';
import { ConsoleBrowser, focused, isTooWide, untilFocused, violationsOf } from './support/console-browser.js';
import { problem } from './support/pages-server.js';

let browser: ConsoleBrowser;
beforeAll(async () => {
  browser = await ConsoleBrowser.start();
  browser.server.snapshot = snapshot;
});
afterAll(() => browser?.stop());
beforeEach(() => {
  browser.server.asked.length = 0;
  browser.server.script = ({ path, method }) => {
    if (path.startsWith('sagas?')) {
      const query = new URLSearchParams(path.split('?')[1]);
      const items = sagaList.items.filter(({ status }) => (query.get('status') ?? status) === status);
      return { body: { ...sagaList, items } };
    }
    if (method === 'POST') return { body: { status: 'compensating' } };
    if (path.endsWith(stuck.id)) return { body: stuckWhole };
    return path.endsWith(waiting.id) ? { body: waitingWhole } : undefined;
  };
});
afterEach(async () => expect(await browser.endPages()).toEqual([]));

describe('sagas', () => {
  it('are found by what they need, and who gave no answer is named', async () => {
    const page = await browser.open('#/sagas');
    await page.getByText('nobody hosts shipments').waitFor();
    await page.getByLabel('Status').selectOption('needs-attention');
    await page.getByText(waiting.id).waitFor({ state: 'detached' });
    expect(page.url()).toContain('#/sagas?status=needs-attention');
    await page.getByLabel('Name').pressSequentially('orders.checkout');
    await eventually(
      'the filter is sent',
      async () => browser.server.asked.map(({ path }) => path),
      (paths) => paths.includes('sagas?name=orders.checkout&status=needs-attention&limit=100'),
    );
    expect(await violationsOf(page)).toEqual([]);
  });

  it('show their timeline with idle time squeezed, and what they wait for', async () => {
    const page = await browser.open(`#/sagas/orders/orders.checkout/${stuck.id}`);
    await page.getByText('+1 h (squeezed)').waitFor();
    await page.getByText('by ada: the warehouse is back').waitFor();
    await page.getByText('the warehouse gives no answer').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.goto(`${browser.url}#/sagas/orders/orders.checkout/${waiting.id}`);
    await page.getByText('payments.payment-received', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Retry' }).count()).toBe(0);
  });

  it('are acted on with a reason, once however often it is pressed', async () => {
    const page = await browser.open(`#/sagas/orders/orders.checkout/${stuck.id}`);
    await page.getByRole('button', { name: 'Compensate' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('the customer asked');
    await dialog.getByRole('button', { name: 'Compensate' }).click();
    await page.getByText('Compensate: the saga is compensating.').waitFor();
    expect(browser.server.acts()).toEqual([
      expect.objectContaining({
        path: `sagas/orders/orders.checkout/${stuck.id}/compensate`,
        body: { reason: 'the customer asked' },
        key: expect.stringMatching(/^[\da-f]{32}$/),
      }),
    ]);
  });

  it('keep what was typed when they cannot be acted on, and the same request has the same key', async () => {
    const { server } = browser;
    const answers = server.script;
    let refusals = 0;
    server.script = (asked) =>
      asked.method === 'POST' && (refusals += 1) === 1 ? problem(503, 'nobody hosts orders') : answers(asked);
    const page = await browser.open(`#/sagas/orders/orders.checkout/${stuck.id}`);
    await page.getByRole('button', { name: 'Retry' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('it is back');
    await page.keyboard.press('Enter');
    await dialog.getByText('nobody hosts orders').waitFor();
    await dialog.getByLabel('Reason').press('Enter');
    await dialog.waitFor({ state: 'detached' });
    expect(new Set(server.acts().map(({ key }) => key)).size).toBe(1);
    expect(server.acts()).toHaveLength(2);
  });

  it('are reached and acted on by keyboard alone; Escape closes, and the focus comes back', async () => {
    const page = await browser.open('#/sagas');
    await page.getByText(stuck.id).waitFor();
    const rows = page.getByRole('table').getByRole('link');
    await rows.first().focus();
    await page.keyboard.press('ArrowDown');
    await untilFocused(rows.nth(1));
    await page.keyboard.press('Home');
    await untilFocused(rows.first());
    await page.keyboard.press('Enter');
    const retry = page.getByRole('button', { name: 'Retry' });
    await retry.waitFor();
    expect(await focused(page)).toBe('main');
    await retry.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    expect(await focused(page)).toMatch(/reason$/);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await untilFocused(retry);
    expect(browser.server.acts()).toEqual([]);
  });

  it('fit on a phone, in the dark', async () => {
    const page = await browser.open('#/sagas', { viewport: { width: 400, height: 800 }, colorScheme: 'dark' });
    await page.getByRole('table').waitFor();
    expect([await isTooWide(page), await violationsOf(page)]).toEqual([false, []]);
    await page.goto(`${browser.url}#/sagas/orders/orders.checkout/${stuck.id}`);
    await page.getByText('+1 h (squeezed)').waitFor();
    expect([await isTooWide(page), await violationsOf(page)]).toEqual([false, []]);
  });

  it('whose answer is of another version say so, and leave no white page', async () => {
    browser.server.script = () => ({ body: { items: [{ name: 7 }], unreachable: [] } });
    const page = await browser.open('#/sagas');
    await page
      .getByText(/The answer of \/actuator\/sagas.* is not what this console knows: items\.0\.context/)
      .waitFor();
    expect(await page.getByRole('button', { name: 'Ask again' }).isVisible()).toBe(true);
  });
});
