import { describe, expect, it } from '@jest/globals';
import { OverloadedError } from '@isolith/contracts';
import { until } from '@isolith/message-bus/testing';
import type { Deliver } from '../subscriptions/subscriber.js';
import { Returned, Sold } from '../testing/sample-sales.js';
import { deaf } from './spec-support/deaf.js';
import type { SalesAndMail } from './spec-support/sales-and-mail.js';
import { withSalesAndMail } from './spec-support/with-sales-and-mail.js';

let shop: SalesAndMail;
withSalesAndMail((given) => (shop = given));

const LETTERS = 'sales > mail.letters';
const taking: Deliver = async () => undefined;

describe('what waits at a relay (fault 12)', () => {
  it('is nothing while events are taken, and when there are none', async () => {
    let taken = 0;
    const host = await shop.host(async () => void (taken += 1));
    expect(host.waiting()).toEqual([]);
    await shop.sell(['a', 1], ['b', 2]);
    await until(() => taken === 2);
    expect(host.waiting()).toEqual([]);
    expect(await host.unled()).toEqual([]);
  });

  it('is an event that nobody takes, until somebody does', async () => {
    const gate = Promise.withResolvers<void>();
    const host = await shop.host(() => gate.promise);
    await shop.sell(['a', 1]);
    await until(() => host.waiting().length === 1);
    expect(host.waiting()).toMatchObject([{ kind: 'relay', name: LETTERS, waitedMs: expect.any(Number) }]);
    gate.resolve();
    await until(() => host.waiting().length === 0);
  });

  it('is an event that is refused, with the attempt and why', async () => {
    let full = true;
    const host = await shop.host(async () => {
      if (full) throw new OverloadedError('the queue of letters is full');
    });
    await shop.sell(['a', 1]);
    await until(() => /not taken, attempt [1-9]\d*: overloaded/.test(host.waiting()[0]?.reason ?? ''));
    expect(host.waiting()).toMatchObject([{ name: LETTERS, detail: 'the queue of letters is full' }]);
    full = false;
    await until(() => host.waiting().length === 0);
  });

  it('are the leases, when they can not be renewed', async () => {
    const host = await shop.host(taking, { replicas: deaf, timing: { renewMs: 5 } });
    const rename = (from: string, to: string) =>
      shop.sales.unit.run(() => shop.sales.unit.execute(`ALTER TABLE sales.${from} RENAME TO ${to}`));
    await rename('subscription_checkpoint', 'elsewhere');
    await until(() => host.waiting().length === 1);
    expect(host.waiting()).toMatchObject([
      { name: 'sales > *', reason: expect.stringContaining("can't be renewed"), causes: ['database sales'] },
    ]);
    await rename('elsewhere', 'subscription_checkpoint');
    await until(() => host.waiting().length === 0);
  });
});

describe('a journal that was restored or reset while its relay runs (fault 4)', () => {
  it('is what waits, with the position at which it ends', async () => {
    let taken = 0;
    const host = await shop.host(async () => void (taken += 1), { pollMs: 5 });
    await shop.sell(['a', 1], ['b', 2], ['c', 3]);
    await until(() => taken === 3);
    await shop.sales.unit.run(async () => {
      await shop.sales.unit.execute('DELETE FROM sales.journal');
      await shop.sales.unit.execute('ALTER SEQUENCE sales.journal_position_seq RESTART');
    });
    await shop.sell(['d', 4]);
    // Before the sale was recorded it ended at 0.
    const end = 'its journal ends at position 1, before what was handed over';
    await until(() => host.waiting().some(({ reason }) => reason.includes(end)));
    expect(host.waiting()).toMatchObject([{ name: LETTERS }]);
    expect(taken).toBe(3);
  });
});

describe('a subscription that no host may lead', () => {
  it('has what is recorded for it wait, and nothing while nothing is', async () => {
    const types = [Sold.contract.name];
    const newer = await shop.host(taking, { replicas: deaf, types: [...types, Returned.contract.name] });
    const older = await shop.host(taking, { replicas: deaf, types, timing: { claimMs: 5, absentMs: 3_600_000 } });
    await newer.stop(AbortSignal.timeout(5_000));
    await until(async () => (await older.status())[0]?.leader === false);
    expect(await older.unled()).toEqual([]);
    await shop.sell(['a', 1]);
    await until(async () => (await older.unled()).length === 1);
    expect(await older.unled()).toMatchObject([
      {
        name: LETTERS,
        token: expect.any(String),
        waitedMs: expect.any(Number),
        reason: expect.stringContaining('no host leads it'),
      },
    ]);
    expect(older.waiting()).toEqual([]);
  });
});
