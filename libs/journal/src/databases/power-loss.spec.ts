import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PowerCutDisk } from '@isolith/embedded/testing';
import { Dice } from './spec-support/dice.js';
import { ShopUnderLoad } from './spec-support/shop-under-load.js';
import type { DiskSync } from '@isolith/embedded';

/** Under load; each takes about a second. */
const CUTS = Number(process.env.ISOLITH_POWER_CUTS ?? 4);
const SEED = Number(process.env.ISOLITH_SEED ?? Math.floor(Math.random() * 2 ** 31));
const WITHIN_MS = 60_000 + CUTS * 10_000;
const WRITERS = 6;
const DATA_DIR = join('new', 'data');
/**
 * About as many moments as a first start has: files synced one by one, then the engine's own start and the migrations.
 */
const FIRST_START = 1_100;
/** A new segment of the log is written in full before it is used. */
const UPKEEP = ['CHECKPOINT', 'VACUUM (ANALYZE) sales.sale', 'SELECT pg_switch_wal()', 'CHECKPOINT'];

interface Cut {
  readonly folder: string;
  readonly acknowledged: readonly string[];
  readonly when: string;
}

const dice = new Dice(SEED);
let place: string;
let disk: PowerCutDisk;
let shop: ShopUnderLoad;
const cuts: Cut[] = [];
let during = 'the first start';
let written = 0;

/** Takes what would be left now, whole or with half of what was not synced. */
function cutNow(torn = dice.throw() < 0.5): Cut {
  const folder = join(place, `cut-${cuts.length}`);
  disk.leave(folder, () => torn && dice.throw() < 0.5);
  const cut = {
    folder,
    acknowledged: [...(shop?.acknowledged ?? [])],
    when: `${cuts.length} in ${during}${torn ? ', torn' : ''}, seed ${SEED}`,
  };
  cuts.push(cut);
  return cut;
}

/** Cuts at random moments until there are `many`; nobody notices. */
function arm(many: number, apart: number): void {
  disk.at(dice.between(1, apart), () => {
    cutNow();
    if (cuts.length < many) arm(many, apart);
  });
}

async function sellUntil(enough: () => boolean, betweenSales?: () => Promise<void>): Promise<void> {
  const write = async (writer: number): Promise<void> => {
    while (!enough()) {
      await shop.sell(`sale-${(written += 1)}`);
      if (writer === 0) await betweenSales?.();
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
}

/** No power is cut any more. */
const quick: DiskSync = { file: () => undefined, files: async () => undefined, directory: () => undefined };

/**
 * Starts on what a cut left; checks that it is one consistent database that goes on, and yields what of the
 * acknowledged is not in it.
 */
async function missingAfter({ folder, acknowledged }: Cut): Promise<readonly string[]> {
  const again = await ShopUnderLoad.open(join(folder, DATA_DIR), quick);
  try {
    const [sales = [], ...others] = await again.found();
    for (const ids of others) expect(ids).toEqual(sales);
    // New commands run, repeated ones don't run again.
    await again.sell('afterwards');
    for (const id of sales.slice(-3)) await again.sell(id);
    await again.run('CHECKPOINT');
    for (const ids of await again.found()) expect(ids).toHaveLength(sales.length + 1);
    return acknowledged.filter((id) => !sales.includes(id));
  } finally {
    await again.close();
    rmSync(folder, { recursive: true });
  }
}

const lost = async (taken: readonly Cut[]) => {
  const found: { readonly when: string; readonly missing: readonly string[] }[] = [];
  for (const cut of taken) found.push({ when: cut.when, missing: await missingAfter(cut) });
  return found.filter(({ missing }) => missing.length > 0);
};

beforeAll(async () => {
  process.stdout.write(`power cuts: ISOLITH_SEED=${SEED}\n`);
  place = mkdtempSync(join(tmpdir(), 'isolith-power-'));
  const real = join(place, 'real');
  mkdirSync(real);
  disk = new PowerCutDisk(real);
  arm(Math.ceil(CUTS / 3), FIRST_START / Math.ceil(CUTS / 3));
  shop = await ShopUnderLoad.open(join(real, DATA_DIR), disk);
  disk.at(Infinity, () => undefined);
}, WITHIN_MS);
afterAll(async () => {
  await shop.close();
  rmSync(place, { recursive: true });
});

describe('power that is lost', () => {
  it(
    'in the first start: the next start makes the database, or goes on with it',
    async () => {
      expect(cuts.length).toBeGreaterThan(0);
      expect(await lost(cuts.splice(0))).toEqual([]);
    },
    WITHIN_MS,
  );

  it(
    'under load, at any moment: everything acknowledged is there, state, event and reply, and nothing in parts',
    async () => {
      during = 'sales';
      arm(CUTS, 150);
      let sold = 0;
      let next = 0;
      await sellUntil(
        () => cuts.length >= CUTS,
        async () => {
          if ((sold += 1) % 5 !== 0) return;
          during = UPKEEP[next++ % UPKEEP.length] ?? '';
          await shop.run(during);
          during = 'sales';
        },
      );
      expect(cuts.some(({ acknowledged }) => acknowledged.length > 0)).toBe(true);
      expect(await lost(cuts.splice(0))).toEqual([]);
    },
    WITHIN_MS,
  );

  it(
    'after a checkpoint: tables that were new are there, also an empty one',
    async () => {
      await shop.run(
        'CREATE TABLE sales.filled AS SELECT 1 AS one',
        'CREATE TABLE sales.empty (one int)',
        'CHECKPOINT',
      );
      const { folder } = cutNow(false);
      const again = await ShopUnderLoad.open(join(folder, DATA_DIR), quick);
      try {
        await expect(again.run('SELECT * FROM sales.filled, sales.empty')).resolves.not.toThrow();
      } finally {
        await again.close();
      }
    },
    WITHIN_MS,
  );

  it(
    'is noticed here at all: a disk that lies about its syncs loses what was acknowledged since',
    async () => {
      const before = shop.acknowledged.length;
      disk.lie();
      await sellUntil(() => shop.acknowledged.length >= before + 10);
      const cut = cutNow(false);
      const missing = await missingAfter(cut);
      expect(missing).toEqual(cut.acknowledged.slice(before));
      expect(missing.length).toBeGreaterThanOrEqual(10);
    },
    WITHIN_MS,
  );
});
