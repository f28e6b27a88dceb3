import { MEASURED, openGrownShop, type GrownShop, type MeasuredName } from '../growth/grown-shop.js';
import type { Figure } from '../harness/result.js';
import { spreadOf } from '../harness/statistics.js';
import type { FigureSubject } from '../harness/subject.js';

/** Ten journal rows each: at 100 times, 1,000,000 orders and 10,000,000 rows in one journal. */
const ORDERS = 10_000;
/** .8 of the throughput, told as time. */
const TIMES_AT_MOST = 1.25;

async function measure({
  quick,
  progress,
}: {
  readonly quick: boolean;
  readonly progress: (line: string) => void;
}): Promise<readonly Figure[]> {
  const sizes = quick ? [1, 10] : [1, 10, 100];
  const [rounds, forMs] = quick ? [3, 1_000] : [5, 3_000];
  const shops: GrownShop[] = [];
  try {
    for (const size of sizes) shops.push(await openGrownShop(ORDERS * size, progress));
    const figures: Figure[] = [];
    for (const { name, atOnce } of MEASURED)
      figures.push(...(await compare(name, { shops, rounds, work: { atOnce, forMs }, progress })));
    return figures;
  } finally {
    for (const shop of shops) await shop.close();
  }
}

interface Comparison {
  readonly shops: readonly GrownShop[];
  readonly rounds: number;
  readonly work: { readonly atOnce: number; readonly forMs: number };
  readonly progress: (line: string) => void;
}

/** Rounds in turn, as in a race: each ratio is of two measurements seconds apart. */
async function compare(name: MeasuredName, { shops, rounds, work, progress }: Comparison): Promise<Figure[]> {
  const rates = new Map<GrownShop, number[]>(shops.map((shop) => [shop, []]));
  for (const shop of shops) await shop.run(name, work);
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < shops.length; turn += 1) {
      const shop = shops[(round + turn) % shops.length];
      if (shop === undefined) continue;
      progress(`growth: ${name}, round ${round + 1} of ${rounds}, ${shop.orders} orders`);
      const { operations, elapsedMs } = await shop.run(name, work);
      rates.get(shop)?.push((operations / elapsedMs) * 1_000);
    }
  }
  const [smallest] = shops;
  const base = (smallest && rates.get(smallest)) ?? [];
  return shops.flatMap((shop) => {
    const own = rates.get(shop) ?? [];
    const rate = {
      name: `${name}, ${shop.orders.toLocaleString('en')} orders`,
      value: spreadOf(own).median,
      unit: 'per s',
    };
    if (shop === smallest) return [rate];
    const times = own.flatMap((value, round) => (base[round] === undefined ? [] : [base[round] / value]));
    const against = {
      name: `${name}, ${shop.orders / ORDERS} times the data: time of an operation against 1 time`,
      value: spreadOf(times).median,
      unit: 'times',
      goal: TIMES_AT_MOST,
    };
    return [rate, against];
  });
}

export const growth: FigureSubject = {
  kind: 'figures',
  name: 'growth',
  title: 'Ten and a hundred times the data',
  needs: ['postgresql'],
  onlyNamed: true,
  measure,
  notes: [
    '1 time: 10,000 orders and a journal of 100,000 events; 100 times: 1,000,000 orders and 10,000,000 events. 1.25 times the time of an operation is .8 of the throughput. Rounds on the sizes in turn, each on a database of its own that is dropped at the end.',
    'Appends to new streams miss the bound at 100 times by little. Each enters the index of streams at a random place; whether it is that, and the 64 MB that this server keeps in memory, was not established: at 10 times 2 GB made no difference.',
  ],
};
