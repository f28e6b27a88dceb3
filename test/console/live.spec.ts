import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { snapshot } from './fixtures/live.js';
import { sagaList } from './fixtures/sagas.js';
import { ConsoleBrowser } from './support/console-browser.js';

let browser: ConsoleBrowser;
beforeAll(async () => {
  browser = await ConsoleBrowser.start();
});
afterAll(() => browser?.stop());
beforeEach(() => {
  const { server } = browser;
  server.snapshot = snapshot;
  server.asked.length = 0;
  server.resumedFrom.length = 0;
  server.script = ({ path }) => (path.startsWith('sagas?') ? { body: sagaList } : undefined);
});
afterEach(async () => expect(await browser.endPages()).toEqual([]));

const attention = (parked: number, sagas = 1) => ({ sagas, parked, openCircuits: 0, waiting: 0 });

describe('what the shop does', () => {
  it('is told as it changes, and lists of which the number changes are asked for again', async () => {
    const { server } = browser;
    const page = await browser.open('#/sagas');
    await page.getByRole('link', { name: /Parked.*1206/ }).waitFor();
    const asked = server.asked.length;
    server.tell('change', '2', { at: '2026-11-30T10:00:01.000Z', attention: attention(7, 3) });
    await page.getByRole('link', { name: /Parked.*7/ }).waitFor();
    await page.getByRole('link', { name: /Sagas.*3/ }).waitFor();
    await eventually(
      'the list is asked for again',
      async () => server.asked.length,
      (now) => now > asked,
    );
  });

  it('goes on where it was when the stream was cut, and meanwhile nobody takes it for live', async () => {
    const { server } = browser;
    const page = await browser.open('#/sagas');
    await page.getByText('live', { exact: true }).waitFor();
    server.tell('change', '41', { attention: attention(8) });
    await page.getByRole('link', { name: /Parked.*8/ }).waitFor();
    for (const stream of server.streams) stream.destroy();
    await page.getByText('not live').waitFor();
    await page.getByText('live', { exact: true }).waitFor();
    expect(server.resumedFrom).toEqual([undefined, '41']);
  });

  it('is told why when the host ends it, and followed on', async () => {
    const { server } = browser;
    const page = await browser.open('#/sagas');
    await page.getByText('live', { exact: true }).waitFor();
    server.tell('end', '2', { reason: 'the host is stopping' });
    await page.getByText('not live').and(page.getByTitle('the host is stopping')).waitFor();
    await page.getByText('live', { exact: true }).waitFor();
    expect(server.resumedFrom).toHaveLength(2);
  });

  it('that cannot be read is not shown, and is asked for again', async () => {
    const { server } = browser;
    const page = await browser.open('#/sagas');
    await page.getByText('live', { exact: true }).waitFor();
    server.tell('change', '2', { attention: 'none' });
    await page.getByText('not live').waitFor();
    expect(await page.getByText('not live').getAttribute('title')).toContain('not what this console knows: attention');
    await page.getByRole('link', { name: /Parked.*1206/ }).waitFor();
    await page.getByText('live', { exact: true }).waitFor();
  });

  it('is not told to who has no token any more, until there is another one', async () => {
    const { server } = browser;
    server.tokens.add('short');
    const page = await browser.open('#/sagas', { token: 'short' });
    await page.getByText('live', { exact: true }).waitFor();
    server.tokens.delete('short');
    for (const stream of server.streams) stream.destroy();
    const again = page.getByRole('dialog', { name: 'Sign in again' });
    await again.getByLabel('Email').fill('ada@example.com');
    await again.getByLabel('Password').fill('correct horse');
    await page.keyboard.press('Enter');
    await again.waitFor({ state: 'detached' });
    await page.getByText('live', { exact: true }).waitFor();
    expect(server.resumedFrom).toEqual([undefined, '1']);
  });
});
