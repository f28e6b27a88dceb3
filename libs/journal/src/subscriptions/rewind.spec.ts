import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { until } from '@isolith/message-bus/testing';
import { Arrivals, type SalesAndMail } from '../relay/spec-support/sales-and-mail.js';
import { withSalesAndMail } from '../relay/spec-support/with-sales-and-mail.js';
import { Door } from '../testing/sample-letters.js';
import { deaf } from '../relay/spec-support/deaf.js';
import { effectsIn } from '../repair/effects.js';
import { findLastEffect } from '../repair/last-effect.js';
import { rewindSubscription } from './rewind.js';

const letters = { context: 'mail', subscription: 'letters' };

let shop: SalesAndMail;
withSalesAndMail((given) => (shop = given));

const effects = () => effectsIn(shop.mail.journal, 'letters');
const look = (enough?: number) =>
  findLastEffect(shop.sales.journal, letters, effects(), enough === undefined ? {} : { enough });
/** As a restore of the consumer from before them would. */
const forget = async (amounts: readonly number[]): Promise<readonly string[]> => {
  const rows = await shop.sales.database.query(
    z.object({ id: z.string() }),
    `SELECT metadata->>'id' AS id FROM sales.journal WHERE (data->>'amount')::int = ANY($1::int[])`,
    [amounts],
  );
  const ids = rows.map(({ id }) => id);
  await shop.mail.unit.run(() =>
    shop.mail.unit.execute('DELETE FROM mail.inbox WHERE message_id = ANY($1::text[])', [ids]),
  );
  return ids;
};
const positionOf = async (amount: number): Promise<number> =>
  (
    await shop.sales.database.query(
      z.object({ position: z.coerce.number() }),
      `SELECT position FROM sales.journal WHERE (data->>'amount')::int = $1`,
      [amount],
    )
  )[0]?.position ?? 0;
/** Sells one each of these amounts and waits until mail has handled them all. */
async function sold(arrivals: Arrivals, ...amounts: readonly number[]): Promise<void> {
  const before = arrivals.count;
  for (const amount of amounts) await shop.sell([`sale ${amount}`, amount]);
  await until(() => arrivals.count === before + amounts.length);
  const last = await positionOf(amounts.at(-1) ?? 0);
  await until(async () => (await shop.stored()) === last);
}

describe('the last effect of a subscription', () => {
  it('is its checkpoint when nothing is missing', async () => {
    const arrivals = new Arrivals();
    await shop.host(await shop.consumer(arrivals.take));
    await sold(arrivals, 1, 2, 3);
    expect(await look()).toEqual({
      checkpoint: await positionOf(3),
      position: await positionOf(3),
      missing: 0,
      unsure: 0,
    });
    expect(await findLastEffect(shop.sales.journal, { ...letters, subscription: 'none' }, effects())).toBeUndefined();
  });

  it('is before the first event that the consumer has forgotten, also where it began with that', async () => {
    const arrivals = new Arrivals();
    await shop.host(await shop.consumer(arrivals.take));
    await sold(arrivals, 1, 2, 3, 4);
    await forget([2, 4]);
    expect(await look()).toMatchObject({ position: (await positionOf(2)) - 1, missing: 2 });
    // A look that has seen enough goes no further.
    expect(await look(0)).toMatchObject({ position: await positionOf(4), missing: 0 });
    await forget([1, 3]);
    expect(await look()).toMatchObject({ position: (await positionOf(1)) - 1, missing: 4, unsure: 0 });
  });

  it('is not before where a subscription began that takes what is new from then on', async () => {
    const arrivals = new Arrivals();
    await shop.sell(['sale 0', 0]);
    await shop.host(await shop.consumer(arrivals.take), { from: 'now' });
    await sold(arrivals, 1, 2);
    await forget([1, 2]);
    expect(await look()).toMatchObject({ position: await positionOf(0), missing: 2, unsure: 0 });
  });

  it('of a row from before beginnings were recorded counts what is missing behind an effect, and tells of the rest', async () => {
    const arrivals = new Arrivals();
    await shop.host(await shop.consumer(arrivals.take));
    await sold(arrivals, 1, 2, 3);
    await shop.sales.unit.run(() => shop.sales.unit.execute(`UPDATE sales.subscription_checkpoint SET began = '{}'`));
    await forget([1, 3]);
    expect(await look()).toMatchObject({ position: (await positionOf(3)) - 1, missing: 1, unsure: 1 });
  });

  it('is before an event that waits for its next attempt, however many have come after it', async () => {
    const arrivals = new Arrivals();
    await shop.host(await shop.consumer(arrivals.take));
    await sold(arrivals, 1, 2, 3);
    const ids = await forget([1]);
    await shop.mail.unit.run(() =>
      shop.mail.unit.execute(
        `INSERT INTO mail.failing_event (subscription, message_id, attempts) SELECT 'letters', unnest($1::text[]), 1`,
        [ids],
      ),
    );
    expect(await look(0)).toMatchObject({ position: (await positionOf(1)) - 1, missing: 1 });
    await shop.mail.unit.run(() => shop.mail.unit.execute('TRUNCATE mail.failing_event'));
  });
});

describe('a subscription that is set back', () => {
  it('under a running leader gets again what is behind it, which has its effect once', async () => {
    const arrivals = new Arrivals();
    const host = await shop.host(await shop.consumer(arrivals.take), { replicas: deaf, timing: { renewMs: 20 } });
    await sold(arrivals, 1, 2, 3);
    await forget([2]);
    const to = (await look())?.position ?? 0;
    expect(await host.rewind(letters, to)).toEqual({ from: await positionOf(3), to });
    await until(() => arrivals.count === 4);
    expect(arrivals.of('sale 2')).toEqual([2, 2]);
    await until(async () => (await shop.stored()) === (await positionOf(3)));
    expect(arrivals.count).toBe(4);
    expect((await look())?.missing).toBe(0);
  });

  it('is not overwritten by a leader that was at a delivery meanwhile', async () => {
    const door = new Door();
    let delivered = 0;
    const deliver = (): Promise<void> => {
      delivered += 1;
      return door.pass();
    };
    await shop.host(deliver, { replicas: deaf, timing: { renewMs: 20 } });
    await shop.sell(['sale 1', 1]);
    await door.reached;
    const before = (await positionOf(1)) - 1;
    await until(async () => (await shop.stored()) === before);
    expect(await rewindSubscription(shop.sales.journal, letters, before)).toBeUndefined();
    expect(await rewindSubscription(shop.sales.journal, letters, before - 1)).toEqual({ from: before, to: before - 1 });
    await until(() => delivered === 2);
    door.open();
    await until(async () => (await shop.stored()) === before + 1);
  });
});
