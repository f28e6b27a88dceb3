import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { until } from '@isolith/message-bus/testing';
import { Door } from '../testing/sample-letters.js';
import { Sold } from '../testing/sample-sales.js';
import { LeaseTable } from '../subscriptions/lease-table.js';
import { deaf } from './spec-support/deaf.js';
import type { SalesAndMail } from './spec-support/sales-and-mail.js';
import { withSalesAndMail } from './spec-support/with-sales-and-mail.js';

let shop: SalesAndMail;
withSalesAndMail((given) => (shop = given));

const wanted = (subscription: string) => ({ context: 'mail', subscription, types: [Sold.contract.name], position: 0 });
const nothing = async () => undefined;
const shape = z.object({
  token: z.coerce.number(),
  holder: z.string().nullable(),
  until: z.coerce.number().nullable(),
});
const row = async (subscription: string) =>
  (
    await shop.sales.database.query(
      shape,
      'SELECT token, holder, extract(epoch FROM leased_until) AS until FROM sales.subscription_checkpoint WHERE subscription = $1',
      [subscription],
    )
  )[0];
/** Another host that leads this one, for as long as the spec runs. */
async function ledElsewhere(subscription: string) {
  const table = new LeaseTable(shop.sales.journal, randomUUID(), false);
  await table.begin([wanted(subscription)]);
  const [lease] = (await table.claim([wanted(subscription)])).granted;
  if (lease === undefined) throw new Error('no lease');
  await shop.sales.unit.run(() =>
    shop.sales.unit.execute("UPDATE sales.subscription_checkpoint SET leased_until = now() + interval '1 hour'"),
  );
  return { table, lease };
}

describe('a host that leads one subscription and follows another', () => {
  it('renews what it leads, however often it looks for the other', async () => {
    await ledElsewhere('copies');
    await shop.host(nothing, {
      replicas: deaf,
      subscriptions: ['letters', 'copies'],
      timing: { renewMs: 200, claimMs: 5 },
    });
    const first = await row('letters');
    await until(async () => ((await row('letters'))?.until ?? 0) > (first?.until ?? Infinity));
    expect(await row('letters')).toMatchObject({ token: 1, holder: first?.holder });
    expect(await row('copies')).toMatchObject({ token: 1 });
  });
});

describe('a host that others take nothing from', () => {
  it('leaves what it leads to them, claims nothing, and leads again when that has passed', async () => {
    let mayLead = true;
    let looks = 0;
    const timing = { renewMs: 20, claimMs: 5 };
    const asked = (): boolean => {
      looks += 1;
      return mayLead;
    };
    await shop.host(nothing, { replicas: deaf, timing, mayLead: asked });
    const first = await row('letters');
    mayLead = false;
    await until(async () => (await row('letters'))?.holder === null);
    expect(shop.reports).toEqual([expect.stringContaining('mail.letters is left to other hosts')]);
    const other = await shop.host(nothing, { replicas: deaf, timing });
    const second = await row('letters');
    expect(second).toMatchObject({ token: 2 });
    expect(second?.holder).not.toBe(first?.holder);
    // Free again, and nobody but the first is there to claim it: it does not.
    await other.stop(AbortSignal.timeout(5_000));
    const before = looks;
    await until(async () => looks > before + 3);
    expect(await row('letters')).toMatchObject({ token: 2, holder: null });
    mayLead = true;
    await until(async () => (await row('letters'))?.holder === first?.holder);
  });

  it('claims nothing from its start on', async () => {
    let asked = 0;
    const mayLead = (): boolean => {
      asked += 1;
      return false;
    };
    await shop.host(nothing, { replicas: deaf, timing: { claimMs: 1 }, mayLead });
    await until(async () => asked > 5);
    expect(await row('letters')).toMatchObject({ token: 0, holder: null });
  });
});

describe('a drain', () => {
  it('releases what is granted to it while it ends', async () => {
    const { table, lease } = await ledElsewhere('letters');
    const door = new Door();
    let shut = false;
    const dataSource = async () => {
      if (shut) await door.pass();
      return shop.sales.journal.dataSource();
    };
    const host = await shop.host(nothing, {
      replicas: deaf,
      journal: { ...shop.sales.journal, dataSource },
      timing: { claimMs: 5 },
    });
    shut = true;
    await door.reached;
    await table.release(lease);
    // Its claim is under way; what it leads by then is nothing.
    const stopped = host.stop(AbortSignal.timeout(5_000));
    door.open();
    await stopped;
    expect(await row('letters')).toEqual({ token: 2, holder: null, until: null });
  });
});
