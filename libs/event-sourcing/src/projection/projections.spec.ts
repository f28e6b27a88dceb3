import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { OrderSubmitted } from '../spec-support/cart.js';
import { cartSizes, openSizes, Size, type Sizes } from '../spec-support/cart-sizes.js';
import { projection, type Projection } from './projection.js';
import { Projector } from './projector.js';
import { ProjectionBehindError, ProjectionBuilding, ProjectionNotFound } from './projections.js';

let sizes: Sizes;
beforeEach(async () => {
  sizes = await openSizes();
});
afterEach(() => sizes.close());

const PATIENT = { withinMs: 60_000 };
const all = (table: string): string => `SELECT * FROM ${table} ORDER BY cart_id`;
const statuses = async () =>
  (await sizes.builds.all()).map(({ version, generation, status }) => [version, generation, status]);

/** Waits for a condition of the builds. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise(setImmediate);
}

describe('a projection', () => {
  it('shows what was recorded before it was begun, and what comes after', async () => {
    await sizes.add('a', 3);
    const followed = cartSizes();
    const { projections } = sizes.host(followed);
    await projections.caughtUp(followed, PATIENT);
    expect(await projections.query(followed, Size, all)).toEqual([{ cart_id: 'a', items: 3, submitted: false }]);
    await sizes.add('a', 2);
    await sizes.unit.run(async () => sizes.unit.append('a', 5, [new OrderSubmitted({ cartId: 'a' })]));
    await projections.caughtUp(followed, PATIENT);
    expect(await projections.query(followed, Size, all)).toEqual([{ cart_id: 'a', items: 5, submitted: true }]);
  });

  it('moved by several hosts at once counts each event once', async () => {
    const followed = cartSizes();
    const hosts = [sizes.host(followed), sizes.host(followed), sizes.host(followed)];
    for (let nth = 0; nth < 20; nth += 1) await sizes.add(`cart-${nth % 4}`, 1 + (nth % 3));
    await Promise.all(hosts.map(({ projections }) => projections.caughtUp(followed, PATIENT)));
    const [{ items } = { items: 0 }] = await sizes.database.query(
      Size.pick({ items: true }),
      'SELECT sum(items)::int AS items FROM shop.cart_sizes_v1',
    );
    expect([items, (await sizes.builds.all()).map(({ events }) => events)]).toEqual([39, [39]]);
  });

  it('that is built for the first time says so, retryable, and shows no half of it', async () => {
    const followed = cartSizes();
    const { projections, runner } = sizes.host(followed);
    await runner.stop();
    await sizes.unit.run(() => sizes.unit.execute('DROP TABLE IF EXISTS shop.cart_sizes_v1_g1 CASCADE'));
    await sizes.unit.run(() => sizes.unit.execute('DELETE FROM shop.projection'));
    await expect(projections.query(followed, Size, all)).rejects.toThrow(
      'version 1 of the projection cart-sizes of shop is being built for the first time, 0% so far',
    );
    const behind = projections.caughtUp(followed, { withinMs: 30, position: 7 });
    await expect(behind).rejects.toBeInstanceOf(ProjectionBehindError);
    await expect(behind).rejects.toMatchObject({ retryable: true });
  });
});

describe('the lag', () => {
  it('is what its builds have not looked at, in events and since when, and of this release alone', async () => {
    const [followed, former] = [cartSizes({ version: 2 }), cartSizes()];
    const { projections, runner } = sizes.host(followed, former);
    await sizes.add('a', 3);
    await projections.caughtUp(followed, PATIENT);
    await projections.caughtUp(former, PATIENT);
    await runner.stop();
    const next = sizes.host(followed);
    await next.runner.stop();
    expect(await next.projections.lag()).toEqual([
      { name: 'cart-sizes', version: 2, status: 'live', events: 0, seconds: 0 },
    ]);
    await sizes.add('b', 4);
    await sizes.unit.run(() =>
      sizes.unit.execute("UPDATE shop.journal SET recorded_at = now() - interval '1 hour' WHERE stream = 'b'"),
    );
    await sizes.add('c', 1);
    const [lag] = await next.projections.lag();
    expect(lag).toMatchObject({ version: 2, events: 5 });
    expect(lag?.seconds).toBeGreaterThanOrEqual(3_600);
    await next.projections.rebuild('cart-sizes');
    expect((await next.projections.lag()).map(({ status, events }) => [status, events])).toEqual([
      ['live', 5],
      ['building', 8],
    ]);
  });
});

describe('a rebuild', () => {
  it('answers from the old rows until the new ones have caught up, then from those, which are the same', async () => {
    for (let nth = 0; nth < 10; nth += 1) await sizes.add(`cart-${nth}`, nth + 1);
    const followed = cartSizes();
    const { projections } = sizes.host(followed);
    await projections.caughtUp(followed, PATIENT);
    const before = await projections.query(followed, Size, all);
    await sizes.unit.run(() =>
      sizes.unit.execute("UPDATE shop.cart_sizes_v1_g1 SET items = 0 WHERE cart_id = 'cart-3'"),
    );
    await projections.rebuild('cart-sizes');
    await until(async () => (await statuses()).every(([, generation]) => generation === 2));
    expect(await statuses()).toEqual([[1, 2, 'live']]);
    expect(await projections.query(followed, Size, all)).toEqual(before);
    await expect(sizes.rows('cart_sizes_v1_g1')).rejects.toThrow('cart_sizes_v1_g1');
  });

  it('goes on where it was when its host is gone, while events come', async () => {
    const followed = cartSizes();
    const first = sizes.host(followed);
    await sizes.add('a', 600);
    await first.projections.caughtUp(followed, PATIENT);
    await first.projections.rebuild('cart-sizes');
    await first.runner.afterNextStep(60_000);
    await first.runner.stop();
    await sizes.add('b', 600);
    const second = sizes.host(followed);
    await until(async () => (await statuses()).every(([, generation]) => generation === 2));
    await second.projections.caughtUp(followed, PATIENT);
    expect(await sizes.rows('cart_sizes_v1')).toEqual([
      { cart_id: 'a', items: 600, submitted: false },
      { cart_id: 'b', items: 600, submitted: false },
    ]);
    expect((await sizes.builds.all()).map(({ events }) => events)).toEqual([1_200]);
    const built = expect.stringMatching(/^version 1 of the projection cart-sizes of shop has been built and answers: /);
    // The first host may have come to the end of what there was before it stopped.
    expect(sizes.told).toEqual([built, expect.stringMatching(/ answers: (600|1200) events in \d+ s$/)]);
  });

  it('is refused for what there is none of, and while one is on its way', async () => {
    const followed = cartSizes();
    const { projections, runner } = sizes.host(followed);
    await projections.caughtUp(followed, PATIENT);
    await runner.stop();
    await projections.rebuild('cart-sizes');
    await expect(projections.rebuild('cart-sizes')).rejects.toBeInstanceOf(ProjectionBuilding);
    await expect(projections.rebuild('totals')).rejects.toBeInstanceOf(ProjectionNotFound);
    expect(
      (await projections.status()).map(({ status, behind, progress }) => [status, behind, progress?.percent]),
    ).toEqual([
      ['live', 0, undefined],
      ['building', 0, 100],
    ]);
  });
});

it('a rebuild never takes the place of a list that has moved on while it was looked at', async () => {
  const followed = cartSizes();
  const first = sizes.host(followed);
  await sizes.add('a', 3);
  await first.projections.caughtUp(followed, PATIENT);
  await first.runner.stop();
  await sizes.unit.intent(() => sizes.builds.begin(followed));
  // Another host records something, and its list shows it, just after this one has asked for the end of the journal.
  const overtaken: Pick<Sizes['reader'], 'end'> = {
    end: async () => {
      const end = await sizes.reader.end();
      await sizes.add('b', 1);
      const [live] = await sizes.builds.of(followed);
      if (live === undefined) throw new Error('nothing is live');
      await sizes.unit.intent(async () => sizes.builds.advance(live, await sizes.reader.end(), 1));
      return end;
    },
  };
  const projector = new Projector({ ...sizes, projection: followed, reader: { ...sizes.reader, ...overtaken } });
  await projector.step();
  expect(await statuses()).toEqual([
    [1, 1, 'live'],
    [1, 2, 'building'],
  ]);
});

it('a rebuild that can not go on holds back no list that answers', async () => {
  let rebuilt = false;
  const trapped = cartSizes({
    trap: (sku) => {
      if (rebuilt && sku === 'sku-2') throw new Error('two is too many');
    },
  });
  const { projections, runner } = sizes.sleepyHost(trapped);
  await sizes.add('a', 3);
  await projections.caughtUp(trapped, PATIENT);
  rebuilt = true;
  await projections.rebuild('cart-sizes');
  await until(async () => runner.waiting().some(({ detail }) => detail === 'two is too many'));
  for (const cart of ['b', 'c']) {
    await sizes.add(cart, 1);
    await projections.caughtUp(trapped, { withinMs: 20_000 });
  }
  expect(runner.waiting()).toMatchObject([{ detail: 'two is too many' }]);
  expect(sizes.reported).toEqual(['the projection cart-sizes of shop does not go on: Error: two is too many']);
});

describe('a rebuild heals', () => {
  const troubled = async (runner: { waiting(): readonly { readonly detail?: string | undefined }[] }, why: string) =>
    until(async () => runner.waiting().some(({ detail }) => detail?.includes(why)));

  it('a version whose table was changed: the view has its columns then, and nothing is told of the old build', async () => {
    const followed = cartSizes();
    const first = sizes.host(followed);
    await sizes.add('a', 3);
    await first.projections.caughtUp(followed, PATIENT);
    await first.runner.stop();
    const other = projection({
      name: 'cart-sizes',
      version: 1,
      events: [OrderSubmitted],
      table: (name) => [`CREATE TABLE ${name} (submitted_cart text PRIMARY KEY)`],
      apply: ({ cartId }, { table, write }) => write(`INSERT INTO ${table} VALUES ($1)`, [cartId]),
    });
    const { projections, runner } = sizes.host(other);
    await troubled(runner, 'raise its version, or rebuild it');
    await sizes.unit.run(async () => sizes.unit.append('a', 3, [new OrderSubmitted({ cartId: 'a' })]));
    await projections.rebuild('cart-sizes');
    await until(async () => (await statuses()).every(([, generation]) => generation === 2));
    const rows = await projections.query(
      other,
      z.object({ submitted_cart: z.string() }),
      (table) => `SELECT * FROM ${table}`,
    );
    expect(rows).toEqual([{ submitted_cart: 'a' }]);
    await until(async () => runner.waiting().length === 0);
  });

  it('one that is further than the journal, which was restored to before', async () => {
    const followed = cartSizes();
    const { projections, runner } = sizes.host(followed);
    await sizes.add('a', 3);
    await projections.caughtUp(followed, PATIENT);
    await sizes.unit.run(() => sizes.unit.execute('UPDATE shop.projection SET position = position + 1000'));
    await troubled(runner, 'that was restored; rebuild it');
    await projections.rebuild('cart-sizes');
    await until(async () => (await statuses()).every(([, generation]) => generation === 2));
    expect(await sizes.rows('cart_sizes_v1')).toEqual([{ cart_id: 'a', items: 3, submitted: false }]);
    await until(async () => runner.waiting().length === 0);
  });
});

describe('a build that nobody can end makes room for a rebuild', () => {
  const begun = async (followed: Projection): Promise<boolean> => sizes.unit.run(() => sizes.builds.begin(followed));

  it('when it was begun with another table or other events', async () => {
    const followed = cartSizes();
    expect([await begun(followed), await begun(followed)]).toEqual([true, false]);
    expect(await begun({ ...followed, digest: 'another' })).toBe(true);
    expect((await statuses()).map(([, , status]) => status)).toEqual(['retired', 'building']);
  });

  it('when it has read what a restore took away', async () => {
    const followed = cartSizes();
    await sizes.add('a', 3);
    await begun(followed);
    await sizes.unit.run(() => sizes.unit.execute('UPDATE shop.projection SET position = 3'));
    expect(await begun(followed)).toBe(false);
    await sizes.unit.run(() => sizes.unit.execute('UPDATE shop.projection SET position = 4'));
    expect(await begun(followed)).toBe(true);
    const { projections } = sizes.host(followed);
    await projections.caughtUp(followed, PATIENT);
    await until(async () => (await statuses()).every(([, , status]) => status === 'live'));
    expect(await sizes.rows('cart_sizes_v1')).toEqual([{ cart_id: 'a', items: 3, submitted: false }]);
  });
});

describe('a version', () => {
  it('is built beside the one before, and both answer while both releases run', async () => {
    const [old, next] = [cartSizes(), cartSizes({ version: 2 })];
    await sizes.add('a', 1);
    const before = sizes.host(old);
    const after = sizes.host(next);
    await Promise.all([before.projections.caughtUp(old, PATIENT), after.projections.caughtUp(next, PATIENT)]);
    await sizes.add('a', 4);
    await Promise.all([before.projections.caughtUp(old, PATIENT), after.projections.caughtUp(next, PATIENT)]);
    const five = [{ cart_id: 'a', items: 5, submitted: false }];
    expect([await before.projections.query(old, Size, all), await after.projections.query(next, Size, all)]).toEqual([
      five,
      five,
    ]);
  });

  it('whose table was changed without raising it does not go on, and says so', async () => {
    const followed = cartSizes();
    const first = sizes.host(followed);
    await first.projections.caughtUp(followed, PATIENT);
    await first.runner.stop();
    const { runner } = sizes.host({ ...followed, digest: 'another' });
    await until(async () => runner.waiting().length > 0);
    expect(runner.waiting()).toMatchObject([
      { name: 'shop.cart-sizes', detail: expect.stringContaining('raise its version') },
    ]);
  });
});

describe('an event that can not be applied', () => {
  it('stops its projection in order and no other, told once, until a program comes that can', async () => {
    const broken = cartSizes({
      trap: (sku) => {
        if (sku === 'sku-7') throw new Error('seven is too many');
      },
    });
    const other = projection({
      name: 'submissions',
      version: 1,
      events: [OrderSubmitted],
      table: (name) => [`CREATE TABLE ${name} (cart_id text PRIMARY KEY)`],
      apply: ({ cartId }, { table, write }) => write(`INSERT INTO ${table} VALUES ($1)`, [cartId]),
    });
    await sizes.add('a', 10);
    await sizes.unit.run(async () => sizes.unit.append('a', 10, [new OrderSubmitted({ cartId: 'a' })]));
    const sleepy = sizes.sleepyHost(broken, other);
    await until(async () => sleepy.runner.waiting().length > 0);
    // It is woken for the other one, however long the broken one is left alone.
    await sizes.unit.run(async () => sizes.unit.append('b', 0, [new OrderSubmitted({ cartId: 'b' })]));
    await sleepy.projections.caughtUp(other, { withinMs: 20_000 });
    await sleepy.runner.stop();
    const { projections, runner } = sizes.host(broken, other);
    await projections.caughtUp(other, PATIENT);
    await until(
      async () => runner.waiting().length > 0 && (await sizes.builds.all()).some(({ events }) => events === 7),
    );
    expect(runner.waiting()).toMatchObject([
      { kind: 'projection', name: 'shop.cart-sizes', detail: 'seven is too many' },
    ]);
    // Once by each of the two.
    expect(sizes.reported).toEqual(
      Array(2).fill('the projection cart-sizes of shop does not go on: Error: seven is too many'),
    );
    await runner.stop();
    const mended = cartSizes();
    await sizes.host(mended, other).projections.caughtUp(mended, PATIENT);
    expect(await sizes.rows('cart_sizes_v1')).toEqual([{ cart_id: 'a', items: 10, submitted: true }]);
  });
});
