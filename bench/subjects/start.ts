import { freshVhost } from '../../test/support/broker.js';
import { freshDatabase } from '../../test/support/database.js';
import { startFleet, type Fleet, type FleetOptions } from '../../test/support/fleet.js';
import { cleanUp, temporaryFolder } from '../../test/support/host.js';
import { eachItsOwn, oneProcess, oneProcessEmbedded, type Placement } from '../../test/support/placements.js';
import { spreadOf } from '../harness/statistics.js';
import type { FigureSubject } from '../harness/subject.js';

interface Starts {
  readonly first: number[];
  readonly again: number[];
}

async function timed(options: FleetOptions): Promise<{ ms: number; fleet: Fleet }> {
  const began = performance.now();
  const fleet = await startFleet(options);
  return { fleet, ms: performance.now() - began };
}

/** One start on nothing and one on what it left, until every host says that it is ready. */
async function startTwice(placement: Placement, { first, again }: Starts): Promise<void> {
  const database = placement.database === 'postgresql' ? await freshDatabase() : undefined;
  const vhost = placement.hosts.length > 1 ? await freshVhost() : undefined;
  const options = {
    placement,
    environment: { DATA_DIR: `${temporaryFolder()}/data` },
    ...(database === undefined ? {} : { databaseUrl: database.url }),
    ...(vhost === undefined ? {} : { transportUrl: vhost.url }),
  };
  try {
    for (const times of [first, again]) {
      const { fleet, ms } = await timed(options);
      times.push(ms);
      await fleet.stop();
    }
  } finally {
    await cleanUp();
    await vhost?.drop();
    await database?.drop();
  }
}

export const start: FigureSubject = {
  kind: 'figures',
  name: 'start',
  title: 'Start of the shop, until it is ready',
  needs: ['postgresql', 'rabbitmq'],
  notes: [
    'From the start of the process, or of the eight of a split shop at once on these cores; the first start creates the database, schemas and queues. Medians.',
  ],
  measure: async ({ quick, progress }) => {
    const figures = [];
    for (const placement of [oneProcessEmbedded, oneProcess, eachItsOwn]) {
      const starts: Starts = { first: [], again: [] };
      for (let nth = 0; nth < (quick ? 1 : 5); nth += 1) {
        progress(`start: ${placement.name}, ${nth + 1}`);
        await startTwice(placement, starts);
      }
      figures.push(
        { name: `first start, ${placement.name}`, value: spreadOf(starts.first).median, unit: 'ms' },
        { name: `start again, ${placement.name}`, value: spreadOf(starts.again).median, unit: 'ms' },
      );
    }
    return figures;
  },
};
