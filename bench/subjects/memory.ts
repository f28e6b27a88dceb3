import { setTimeout as pause } from 'node:timers/promises';
import { freshVhost } from '../../test/support/broker.js';
import { newCustomer, signIn } from '../../test/support/client.js';
import { freshDatabase } from '../../test/support/database.js';
import { startFleet, type Fleet } from '../../test/support/fleet.js';
import { cleanUp } from '../../test/support/host.js';
import { eachItsOwn, oneProcess, oneProcessEmbedded, type Placement } from '../../test/support/placements.js';
import { acceptedOrder, ADMIN, newProduct, untilEnded } from '../../test/support/shop.js';
import type { Figure } from '../harness/result.js';
import type { FigureSubject } from '../harness/subject.js';

const AT_ONCE = 16;
/** What a start leaves behind is collected by then. */
const REST_MS = 5_000;

const megabytes = (bytes: number): number => bytes / 1e6;
/** Of the host that has most: hosts are given the same memory. */
const most = ({ hosts }: Fleet): number => megabytes(Math.max(...hosts.map((host) => host.rss())));

interface Bounds {
  readonly idle?: number;
  readonly loaded?: number;
}

/** The shop at rest, and after and during orders that sixteen customers place at once. */
async function memoryOf(placement: Placement, orders: number, { idle, loaded }: Bounds): Promise<Figure[]> {
  const split = placement.hosts.length > 1;
  const database = placement.database === 'postgresql' ? await freshDatabase() : undefined;
  const vhost = split ? await freshVhost() : undefined;
  try {
    const fleet = await startFleet({
      placement,
      ...(database === undefined ? {} : { databaseUrl: database.url }),
      ...(vhost === undefined ? {} : { transportUrl: vhost.url }),
    });
    const admin = await signIn(fleet.url, ADMIN.email, ADMIN.password);
    await pause(REST_MS);
    const atRest = most(fleet);
    const sku = await newProduct({ admin }, orders);
    const customers = await Promise.all(Array.from({ length: AT_ONCE }, () => newCustomer(fleet.url)));
    let placed = 0;
    let peak = atRest;
    await Promise.all(
      customers.map(async (customer) => {
        while (placed < orders) {
          placed += 1;
          const { status } = await untilEnded(customer, await acceptedOrder(customer, sku));
          if (status !== 'confirmed') throw new Error(`an order ended ${status}`);
          peak = Math.max(peak, most(fleet));
        }
      }),
    );
    await pause(REST_MS);
    const after = most(fleet);
    await fleet.stop();
    const where = split ? 'the largest host of a split shop' : placement.name;
    return [
      { name: `${where}, at rest`, value: atRest, unit: 'MB', ...(idle === undefined ? {} : { goal: idle }) },
      {
        name: `${where}, most during ${orders} orders`,
        value: peak,
        unit: 'MB',
        ...(loaded === undefined ? {} : { goal: loaded }),
      },
      {
        name: `${where}, at rest after them`,
        value: after,
        unit: 'MB',
        ...(loaded === undefined ? {} : { goal: loaded }),
      },
    ];
  } finally {
    await cleanUp();
    await vhost?.drop();
    await database?.drop();
  }
}

export const memory: FigureSubject = {
  kind: 'figures',
  name: 'memory',
  title: 'Resident memory of a host',
  needs: ['postgresql', 'rabbitmq'],
  notes: [
    'The embedded database runs inside the process and is part of its memory.',
    'The hosts of a split shop run as Compose and `npm run split` start them: `--max-old-space-size=192 --max-semi-space-size=8`. Without, the collector lets the heap grow while nothing asks for the memory: 375 MB after as many orders.',
  ],
  measure: async ({ quick, progress }) => {
    const orders = quick ? 200 : 2_000;
    const figures: Figure[] = [];
    for (const [placement, bounds] of [
      [oneProcessEmbedded, { idle: 700, loaded: 900 }],
      [oneProcess, {}],
      [eachItsOwn, { idle: 250, loaded: 250 }],
    ] as const) {
      progress(`memory: ${placement.name}`);
      figures.push(...(await memoryOf(placement, orders, bounds)));
    }
    return figures;
  },
};
