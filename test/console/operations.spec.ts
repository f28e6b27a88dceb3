import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { snapshot } from './fixtures/live.js';
import { auditPage, following, policies, projectionOf, rewindOf } from './fixtures/operations.js';
import { ConsoleBrowser, isTooWide, violationsOf } from './support/console-browser.js';

let browser: ConsoleBrowser;
let builds: object[] = [];
beforeAll(async () => {
  browser = await ConsoleBrowser.start();
  browser.server.snapshot = snapshot;
});
afterAll(() => browser?.stop());
beforeEach(() => {
  browser.server.asked.length = 0;
  builds = following.projections;
  browser.server.script = ({ path, body }) => {
    if (path === 'circuitbreakers') return { body: policies };
    if (path === 'projections') return { body: { ...following, projections: builds } };
    if (path.startsWith('audit')) return { body: auditPage };
    if (path.startsWith('circuitbreakers/')) return { status: 202, body: { policy: 'x', hosts: ['1', '2'] } };
    if (path.endsWith('/rebuild')) {
      builds = [...builds, { context: 'orders', ...projectionOf('building', 2, 41.7) }];
      return { status: 202 };
    }
    if (path.endsWith('/rewind')) return { body: rewindOf(JSON.stringify(body).includes('"apply":true')) };
    return undefined;
  };
});
afterEach(async () => expect(await browser.endPages()).toEqual([]));

const acts = () => browser.server.acts().map(({ path, body }) => [path, body]);

describe('projections', () => {
  it('show how far they are behind, and are rebuilt with their progress', async () => {
    const page = await browser.open('#/projections');
    await page.getByRole('button', { name: 'Rebuild orders.sales-by-day' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('a wrong sum');
    await page.keyboard.press('Enter');
    await page.getByText('41 %, 4200 events a second, 1 min 15 s left').waitFor();
    expect(acts()).toEqual([['projections/orders.sales-by-day/rebuild', { reason: 'a wrong sum' }]]);
    expect(await page.getByRole('button', { name: 'Rebuild orders.sales-by-day' }).count()).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    builds = [{ context: 'orders', ...projectionOf('live', 2) }];
    await page.getByText('2, build 2').waitFor();
  });
});

describe('breakers', () => {
  it('show what is open first, host by host, and are moved on all hosts or one, with a reason', async () => {
    const page = await browser.open('#/breakers');
    await page.getByText('the provider gives no answer').first().waitFor();
    expect(await page.getByRole('heading', { level: 2 }).first().textContent()).toBe('payments.provider');
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Close payments.provider', exact: true }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('it is back');
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByText('payments.provider: close was told to 2 hosts.').waitFor();
    await page.getByRole('button', { name: 'Close here: payments.provider on shop-1 7' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('only there');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(acts()).toEqual([
      ['circuitbreakers/payments.provider/close', { reason: 'it is back' }],
      ['circuitbreakers/payments.provider/close', { reason: 'only there', host: 'id-of-shop-1' }],
    ]);
  });
});

describe('subscriptions', () => {
  it('are rewound when it was shown what would happen, and to no place that is none', async () => {
    const page = await browser.open('#/subscriptions');
    await page.getByRole('button', { name: 'Rewind notifications.order-mails in orders' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Back to').selectOption('position');
    await dialog.getByLabel('Position in the journal').fill('soon');
    await dialog.getByLabel('Reason').fill('mails were lost');
    await dialog.getByRole('button', { name: 'Look what would happen' }).click();
    await dialog.getByText('The position is a whole number, 0 or more.').waitFor();
    expect(acts()).toEqual([]);
    await dialog.getByLabel('Position in the journal').fill('8700');
    await dialog.getByRole('button', { name: 'Look what would happen' }).click();
    await dialog.getByText('from position 9000 back to 8700').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Rewind' }).click();
    await page.getByText('300 events are handed over again.').waitFor();
    const asked = { producer: 'orders', to: { position: 8_700 }, reason: 'mails were lost' };
    expect(acts()).toEqual([
      ['subscriptions/notifications.order-mails/rewind', { ...asked, apply: false }],
      ['subscriptions/notifications.order-mails/rewind', { ...asked, apply: true }],
    ]);
  });
});

describe('the audit', () => {
  it('says who did what, why and what came of it, by keyboard alone', async () => {
    const page = await browser.open('#/audit');
    await page.getByText('the warehouse is back').waitFor();
    await page.getByText('What it was done to').first().focus();
    await page.keyboard.press('Enter');
    await page.getByText('"status": "compensating"').waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });
});

it.each(['projections', 'breakers', 'subscriptions', 'audit'])('%s fit on a phone, in the dark', async (where) => {
  const page = await browser.open(`#/${where}`, { viewport: { width: 400, height: 800 }, colorScheme: 'dark' });
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByText('Loading').waitFor({ state: 'detached' });
  expect([await isTooWide(page), await violationsOf(page)]).toEqual([false, []]);
});
