import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answersOf, written, writtenAnswers, type Cell } from '../degradation/degradation-table.js';
import { ANSWERED_WITHIN_MS, Outage } from '../degradation/outage.js';
import { parts, type Part } from '../degradation/parts.js';
import { prepare } from '../degradation/prepared.js';
import { ShopInParts } from '../degradation/shop-in-parts.js';
import { Told } from '../degradation/told.js';
import { seededRandom } from '../support/seeded-random.js';
import { newProduct } from '../support/shop.js';

const table = writtenAnswers();
const routes = [...answersOf('nothing', table).keys()];

/**
 * Each takes ten seconds, and the databases of two contexts are away in the same way: one of them is enough at a time.
 */
const seed = Number(process.env['DEGRADATION_SEED'] ?? randomInt(1_000_000));
const databases = Object.values(parts).filter(({ what }) => what === 'database');
const drawn = databases[Math.floor(seededRandom(seed)() * databases.length)];
const isTaken = (part: Part): boolean => part.what !== 'database' || part === drawn;

const told = new Told();
let shop: ShopInParts;
let sku: string;
beforeAll(async () => {
  shop = await ShopInParts.start(told.take);
  sku = await newProduct(shop, 100_000);
});
afterAll(() => shop?.stop());

describe(`while a part is down, with seed ${seed}`, () => {
  it.each(Object.entries(parts).filter(([, part]) => isTaken(part)))(
    '%s: each route answers as is written down, within its bound, and does what it promised',
    async (name, part) => {
      const wanted = answersOf(name, table);
      const outage = new Outage(shop.admin, await prepare(shop.admin, sku), told);
      await shop.takeDown(part);
      try {
        await outage.untilKnown(part);
        await outage.ask(routes);
        expect(asWritten(outage.answers())).toEqual(asWritten(withoutWhatFollows(wanted)));
        expect([...outage.answers()].filter(([, { ms }]) => ms > ANSWERED_WITHIN_MS)).toEqual([]);
        await outage.untilDone(wanted);
      } finally {
        await shop.bringBack(part);
      }
      await outage.untilMadeUpFor(wanted);
      await outage.untilWhole();
    },
  );
});

const asWritten = (answers: ReadonlyMap<string, Cell>): Readonly<Record<string, string>> =>
  Object.fromEntries([...answers].map(([route, cell]) => [route, written(cell)]));

/** What an answer does not say itself. */
const withoutWhatFollows = (answers: ReadonlyMap<string, Cell>): ReadonlyMap<string, Cell> =>
  new Map(
    [...answers].map(([route, { mark, ...cell }]) => [route, mark === 'partial' ? { ...cell, mark } : cell] as const),
  );
