import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@isolith/message-bus/testing';
import { Arrivals, SalesAndMail } from '../relay/spec-support/sales-and-mail.js';
import { JournalRetention } from '../retention/journal-retention.js';
import { unlistedSubscriptions } from './unlisted-subscriptions.js';

const letters = { context: 'mail', subscription: 'letters', events: [{ context: 'sales' }] };

let shop: SalesAndMail;
beforeAll(async () => {
  shop = await SalesAndMail.open();
});
beforeEach(async () => {
  await shop.clear();
  const arrivals = new Arrivals();
  await shop.host(await shop.consumer(arrivals.take));
  await shop.sell(['sale', 1]);
  await until(async () => arrivals.count === 1 && ((await shop.stored()) ?? 0) > 0);
  await shop.stopHosts();
  // Nobody takes these any more.
  await shop.sell(['sale', 2], ['sale', 3]);
});
afterEach(() => shop.stopHosts());
afterAll(() => shop.close());

const look = (...listed: readonly (typeof letters)[]) => unlistedSubscriptions(shop.sales.journal, listed);

describe('a checkpoint of a subscription that nobody states', () => {
  it('is named: where it stands, what it holds, and how it is forgotten', async () => {
    expect(await look()).toEqual([
      expect.stringMatching(
        /^sales > mail\.letters: no context states this subscription any more\. It stands at position \d+ since \d+ min, and the journal keeps the 2 events behind it for ever\./,
      ),
    ]);
  });

  it('is not named while it is stated for events of this journal', async () => {
    expect(await look(letters)).toEqual([]);
    expect(await look({ ...letters, events: [{ context: 'stock' }] })).toHaveLength(1);
    expect(await look({ ...letters, subscription: 'letter' })).toHaveLength(1);
  });

  it('holds nothing any more when the statement has run that the sentence ends with', async () => {
    await shop.sales.unit.run(() =>
      shop.sales.unit.execute(
        `UPDATE sales.journal SET recorded_at = now() - interval '9 days', stream = NULL, version = NULL`,
      ),
    );
    const left = async (): Promise<unknown> =>
      (await shop.sales.journal.dataSource()).query('SELECT count(*)::int AS events FROM sales.journal');
    const retention = () => new JournalRetention(shop.sales.journal, 1).deleteSome();
    await retention();
    expect(await left()).toEqual([{ events: 2 }]);
    const [sentence = ''] = await look();
    const [statement = ''] = /DELETE FROM .*$/.exec(sentence) ?? [];
    expect(await shop.sales.unit.run(() => shop.sales.unit.execute(statement))).toBe(1);
    expect(await look()).toEqual([]);
    await retention();
    expect(await left()).toEqual([{ events: 0 }]);
  });
});
