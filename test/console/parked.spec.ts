import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { snapshot } from './fixtures/live.js';
import { groups, parkedList, parkedWholeOne, replayOf } from './fixtures/parked.js';
import { ConsoleBrowser, isTooWide, violationsOf } from './support/console-browser.js';
import { problem } from './support/pages-server.js';

let browser: ConsoleBrowser;
let isEdited = false;
let replays: ReturnType<typeof replayOf>[] = [];
beforeAll(async () => {
  browser = await ConsoleBrowser.start();
  browser.server.snapshot = snapshot;
});
afterAll(() => browser?.stop());
beforeEach(() => {
  browser.server.asked.length = 0;
  isEdited = false;
  replays = [];
  browser.server.script = ({ method, path, body }) => {
    if (path === 'parked/groups') return { body: groups };
    if (path === 'parked/replays')
      return { body: { items: replays.map((one) => ({ context: 'notifications', ...one })), unreachable: [] } };
    if (path.startsWith('parked?')) return { body: parkedList };
    if (method === 'GET' && path === 'parked/notifications/41') {
      const edited = { at: '2026-11-30T09:50:00.000Z', by: 'ada', reason: 'typed wrong' };
      return { body: isEdited ? { ...parkedWholeOne, edited } : parkedWholeOne };
    }
    if (path.endsWith('/edit')) {
      if (JSON.stringify(body).includes('"sku":"boat"'))
        return problem(400, 'the data does not fit', [{ pointer: '/data/lines/0/sku', detail: 'no such product' }]);
      isEdited = true;
      return { body: {} };
    }
    if (path.endsWith('/replay')) return { body: { status: 'completed', replayed: 2, left: 0 } };
    if (path.endsWith('/discard')) return { body: { outcome: 'discarded' } };
    if (path.endsWith('/replay-group')) {
      replays = [replayOf(0, 'running')];
      return { status: 202, body: replays[0] };
    }
    return undefined;
  };
});
afterEach(async () => expect(await browser.endPages()).toEqual([]));

describe('parked messages', () => {
  it('are shown by cause, with how many and an example', async () => {
    const page = await browser.open('#/parked');
    await page.getByText('1204').waitFor();
    await page.getByText('no such mailbox').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('link', { name: 'no-mailbox', exact: true }).click();
    await page.getByRole('heading', { name: 'Parked messages' }).waitFor();
    await page.getByRole('table').getByText('no such mailbox').waitFor();
    expect(browser.server.asked.map(({ path }) => path)).toContain(
      'parked?context=notifications&subscription=order-mails&type=orders.order-placed&problem=no-mailbox&limit=100',
    );
    expect(await violationsOf(page)).toEqual([]);
  });

  it('of a group are replayed at a rate, and the page follows it to its end', async () => {
    const page = await browser.open('#/parked');
    await page.getByRole('button', { name: 'Replay no-mailbox in order-mails' }).click();
    const dialog = page.getByRole('dialog', { name: 'Replay 1204 messages?' });
    await dialog.getByLabel('Messages a second').fill('25');
    expect(await violationsOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Replay' }).click();
    await page.getByText('0 replayed, up to 25 a second').waitFor();
    expect(browser.server.acts().map(({ path, body }) => [path, body])).toEqual([
      [
        'parked/notifications/replay-group',
        {
          filter: { subscription: 'order-mails', type: 'orders.order-placed', problem: 'no-mailbox' },
          perSecond: 25,
        },
      ],
    ]);
    replays = [replayOf(700, 'running')];
    await page.getByText('700 replayed, up to 25 a second').waitFor();
    replays = [replayOf(1_204, 'completed')];
    await page.getByText('1204 replayed').waitFor();
    await page.getByText('completed').waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  it('are edited field by field against their schema, and replayed', async () => {
    const page = await browser.open('#/parked/notifications/41');
    await page.getByRole('region', { name: 'Data of the message' }).getByText('***').waitFor();
    await page.getByRole('button', { name: 'Edit' }).click();
    const dialog = page.getByRole('dialog', { name: 'Edit message 41' });
    await dialog.getByText('120 is greater than 99').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await dialog.getByLabel('sku').fill('boat');
    await dialog.getByLabel('quantity').fill('12');
    await dialog.getByLabel('Reason').fill('typed wrong');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('no such product').first().waitFor();
    await dialog.getByLabel('sku').fill('shoe');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('by ada').waitFor();
    expect(browser.server.acts().at(-1)?.body).toEqual({
      data: { ...parkedWholeOne.data, lines: [{ sku: 'shoe', quantity: 12 }] },
      reason: 'typed wrong',
    });
    await page.getByRole('button', { name: 'Replay', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Replay' }).click();
    await page.getByText('2 replayed, none is left of this key.').waitFor();
    expect(browser.server.acts().at(-1)).toMatchObject({
      path: 'parked/notifications/replay',
      body: { subscription: 'order-mails', key: 'ada' },
    });
  });

  it('are edited as JSON by keyboard alone, and what is no JSON yet says so', async () => {
    const page = await browser.open('#/parked/notifications/41');
    const edit = page.getByRole('button', { name: 'Edit' });
    await edit.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    const asJson = dialog.getByRole('checkbox', { name: 'as JSON' });
    await asJson.focus();
    await page.keyboard.press('Space');
    const editor = dialog.getByLabel('Data');
    await editor.fill('{"orderId": ');
    await dialog.getByText(/JSON/).nth(1).waitFor();
    expect(await dialog.getByRole('button', { name: 'Save' }).getAttribute('aria-disabled')).toBe('true');
    await editor.fill(JSON.stringify({ ...parkedWholeOne.data, lines: [] }));
    await dialog.getByText('/lines').first().waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(browser.server.acts()).toEqual([]);
  });

  it('are discarded when somebody says so twice', async () => {
    const page = await browser.open('#/parked/notifications/41');
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
    await page.getByText('Discarded.').waitFor();
    expect(browser.server.acts().map(({ path }) => path)).toEqual(['parked/notifications/41/discard']);
  });

  it('fit on a phone, in the dark', async () => {
    const page = await browser.open('#/parked', { viewport: { width: 400, height: 800 }, colorScheme: 'dark' });
    await page.getByText('1204').waitFor();
    expect([await isTooWide(page), await violationsOf(page)]).toEqual([false, []]);
    await page.goto(`${browser.url}#/parked/notifications/41`);
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('dialog').waitFor();
    expect([await isTooWide(page), await violationsOf(page)]).toEqual([false, []]);
  });
});
