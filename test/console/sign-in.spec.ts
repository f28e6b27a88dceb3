import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { ConsoleBrowser, isTooWide, violationsOf } from './support/console-browser.js';
import { snapshot } from './fixtures/live.js';
import { parkedWholeOne } from './fixtures/parked.js';
import { sagaList } from './fixtures/sagas.js';

let browser: ConsoleBrowser;
beforeAll(async () => {
  browser = await ConsoleBrowser.start();
  browser.server.snapshot = snapshot;
  browser.server.script = ({ path }) => {
    if (path.startsWith('sagas?')) return { body: sagaList };
    if (path === 'parked/notifications/41') return { body: parkedWholeOne };
    return path.endsWith('/edit') ? { body: {} } : undefined;
  };
});
afterAll(() => browser?.stop());
afterEach(async () => expect(await browser.endPages()).toEqual([]));

const NOBODY = { token: null };
const tokenIn = (page: Awaited<ReturnType<ConsoleBrowser['open']>>) =>
  page.evaluate(() => sessionStorage.getItem('isolith-console-token'));

it('a link signs in, once, and stands in no address afterwards', async () => {
  const page = await browser.open('#link=one-time-secret-of-43-characters-0123456789', NOBODY);
  await page.getByRole('navigation').waitFor();
  expect(page.url()).not.toContain('secret');
  expect(await tokenIn(page)).toContain('by-link');
  expect(await page.evaluate('localStorage.length + document.cookie.length')).toBe(0);
});

it('a link that was used says so, and the form is there', async () => {
  const page = await browser.open('#link=another-secret-that-nobody-knows', NOBODY);
  await page.getByText('the link was used or is too old').waitFor();
  expect(page.url()).not.toContain('secret');
  await page.getByLabel('Email').waitFor();
});

it('a form signs in by keyboard alone; a wrong password says so and nothing typed is lost', async () => {
  const page = await browser.open('#/sagas', NOBODY);
  await page.getByLabel('Email').waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await page.keyboard.type('ada@example.com');
  await page.keyboard.press('Tab');
  await page.keyboard.type('wrong');
  await page.keyboard.press('Enter');
  await page.getByText('email or password is wrong').waitFor();
  expect(await page.getByLabel('Email').inputValue()).toBe('ada@example.com');
  await page.getByLabel('Password').fill('correct horse');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Sagas' }).waitFor();
  expect(await tokenIn(page)).toContain('by-password');
});

it('where the shop has no sign-in of its own there is no form for it', async () => {
  const { server } = browser;
  const before = server.config;
  server.config = { application: 'shop', send: false };
  const page = await browser.open('', NOBODY);
  await page
    .getByLabel('Sign-in link')
    .fill('http://127.0.0.1/console/#link=one-time-secret-of-43-characters-0123456789');
  expect(await page.getByLabel('Email').count()).toBe(0);
  await page.getByRole('button', { name: 'Sign in with the link' }).click();
  await page.getByRole('navigation').waitFor();
  server.config = before;
});

it('a token that ends asks to sign in again over the page, which keeps what was typed, and then goes on', async () => {
  const { server } = browser;
  server.tokens.add('short');
  const page = await browser.open('#/parked/notifications/41', {
    token: 'short',
    viewport: { width: 400, height: 800 },
  });
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('quantity').fill('12');
  await page.getByLabel('Reason').fill('typed wrong');
  server.tokens.delete('short');
  await page.getByRole('button', { name: 'Save' }).click();
  const again = page.getByRole('dialog', { name: 'Sign in again' });
  await again.waitFor();
  expect(await violationsOf(page)).toEqual([]);
  expect(await isTooWide(page)).toBe(false);
  await again.getByLabel('Email').fill('ada@example.com');
  await again.getByLabel('Password').fill('correct horse');
  await again.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('Edited. The next replay uses it.').waitFor();
  const edits = server.acts().filter(({ path }) => path.endsWith('/edit'));
  expect(edits).toEqual([expect.objectContaining({ token: 'by-password' })]);
  expect(edits[0]?.body).toMatchObject({ data: { lines: [{ quantity: 12 }] }, reason: 'typed wrong' });
});

it('signing out leaves no token', async () => {
  const page = await browser.open('#/sagas');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Email').waitFor();
  expect(await tokenIn(page)).toBeNull();
});
