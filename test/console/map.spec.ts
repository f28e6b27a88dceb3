import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { contractList } from './fixtures/contracts.js';
import { snapshot } from './fixtures/live.js';
import { ConsoleBrowser, isTooWide, violationsOf } from './support/console-browser.js';

let browser: ConsoleBrowser;
beforeAll(async () => {
  browser = await ConsoleBrowser.start();
});
afterAll(() => browser?.stop());
beforeEach(() => {
  browser.server.snapshot = snapshot;
  browser.server.script = ({ path }) => (path === 'contracts' ? { body: contractList } : undefined);
});
afterEach(async () => expect(await browser.endPages()).toEqual([]));

const [first, ...rest] = snapshot.edges;

describe('the map', () => {
  it('is where the console begins: contexts with their hosts, and what goes between them', async () => {
    const page = await browser.open('');
    await page.getByRole('img', { name: '7 contexts and 6 links between them' }).waitFor();
    await page.locator('.context.down', { hasText: 'notifications' }).getByText('0 of 1 ready').waitFor();
    await page.locator('.context.well', { hasText: 'gateway' }).getByText('2 of 2 ready').waitFor();
    expect(await page.locator('.link.slow').getByText('1.9 s').count()).toBe(1);
    expect(await page.locator('.link.failing').getByText('6/s fail').count()).toBe(1);
    await page.getByRole('region', { name: 'Hosts' }).getByText('silent').waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  it('changes as it is told, without moving', async () => {
    const page = await browser.open('#/map');
    const orders = page.locator('.context', { hasText: 'orders' }).locator('rect');
    const place = await orders.getAttribute('x');
    await page.locator('.link').getByText('163/s').waitFor();
    const edges = [{ ...first, perSecond: 400 }, ...rest];
    browser.server.tell('change', '2', { at: '2026-11-30T10:00:01.000Z', edges });
    await page.locator('.link').getByText('520/s').waitFor();
    const hosts = snapshot.hosts.map((host) => (host.name === 'shop-1' ? { ...host, state: 'draining' } : host));
    browser.server.tell('change', '4', { at: '2026-11-30T10:00:03.000Z', edges: [] });
    await page.locator('.link').getByText('520/s').waitFor({ state: 'detached' });
    expect(await page.locator('g.link').count()).toBe(6);
    browser.server.tell('change', '3', { at: '2026-11-30T10:00:02.000Z', hosts });
    await page.locator('.context.down', { hasText: 'orders' }).waitFor();
    expect(await orders.getAttribute('x')).toBe(place);
  });

  it('has the last minutes of a link that is chosen, by keyboard alone', async () => {
    const page = await browser.open('#/map');
    await page.getByRole('img', { name: /now 360\/s, of which 6\/s fail/ }).waitFor();
    const link = page.getByRole('button', { name: 'orders → payments' });
    await link.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: /now 39\/s, of which 6\/s fail/ }).waitFor();
    expect(await link.getAttribute('aria-pressed')).toBe('true');
    expect(await page.locator('.link.chosen').count()).toBe(1);
    expect(await violationsOf(page)).toEqual([]);
  });

  it('fits on a phone, in the dark, and its colours can be chosen', async () => {
    const page = await browser.open('#/map', { viewport: { width: 400, height: 800 }, colorScheme: 'dark' });
    await page.getByRole('region', { name: 'Hosts' }).waitFor();
    expect([await isTooWide(page), await violationsOf(page)]).toEqual([false, []]);
    const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const dark = await ground();
    const colours = page.getByRole('button', { name: /Colours/ });
    await colours.click();
    expect(await ground()).toBe(dark);
    await colours.click();
    expect(await ground()).not.toBe(dark);
    expect(await violationsOf(page)).toEqual([]);
    await page.reload();
    await page.getByRole('region', { name: 'Hosts' }).waitFor();
    expect(await ground()).not.toBe(dark);
  });

  it('has a way past the navigation, and every page is reached by it', async () => {
    const page = await browser.open('#/map');
    await page.getByRole('region', { name: 'Hosts' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    const names = await page
      .getByRole('navigation')
      .getByRole('link')
      .evaluateAll((links: { textContent: string }[]) =>
        links.map(({ textContent }) => textContent.replace(/\d.*/, '')),
      );
    expect(names).toEqual([
      'Map',
      'Sagas',
      'Parked',
      'Events',
      'Projections',
      'Breakers',
      'Subscriptions',
      'Contracts',
      'Audit',
    ]);
  });
});
