import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { freshVhost } from '../support/broker.js';
import { freshDatabase } from '../support/database.js';
import { startFleet } from '../support/fleet.js';
import { cleanUp, temporaryFolder } from '../support/host.js';
import { eachItsOwn, oneProcess, oneProcessEmbedded, oneProcessInParity, randomPlacement, type Placement } from '../support/placements.js';

/**
 * The journeys, unchanged, against every kind of placement:
 *
 *   npm run journeys -- [--placements 25] [--seed 7] [--only embedded] [--output totals.json]
 *
 * One process on the embedded database, the same in parity mode, one on PostgreSQL, each context a process of its own, and
 * `--placements` more drawn at random. The servers are those of `npm run services -- exec`.
 */
const { values } = parseArgs({
  options: { placements: { type: 'string', default: '3' }, seed: { type: 'string' }, only: { type: 'string', default: '' }, output: { type: 'string' } },
});
const count = z.coerce.number().int().min(0).max(200).parse(values.placements);
const seed = z.coerce.number().int().parse(values.seed ?? Date.now() % 1_000_000);
const drawn = Array.from({ length: count }, (_, index) => randomPlacement(seed + index));
const placements = [oneProcessEmbedded, oneProcessInParity, oneProcess, eachItsOwn, ...drawn].filter(({ name }) => name.includes(values.only));

const totalsShape = z.object({ numPassedTests: z.int(), numFailedTests: z.int(), numRuntimeErrorTestSuites: z.int(), numPendingTests: z.int(), numTodoTests: z.int() });
type Totals = z.output<typeof totalsShape>;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Runs the journeys against one placement. Its hosts, database and virtual host are gone afterwards, whatever happened. */
async function against(placement: Placement): Promise<Totals> {
  const database = placement.database === 'postgresql' ? await freshDatabase() : undefined;
  const vhost = placement.hosts.length > 1 ? await freshVhost() : undefined;
  try {
    const fleet = await startFleet({
      placement,
      ...(placement.environment === undefined ? {} : { environment: placement.environment }),
      ...(database === undefined ? {} : { databaseUrl: database.url }),
      ...(vhost === undefined ? {} : { transportUrl: vhost.url }),
    });
    const memory = fleet.hosts.map((host) => Math.round(host.rss() / 1e6));
    for (const host of fleet.hosts) for (const [said] of host.output().matchAll(/parity mode, seed \d+/g)) print(said);
    print(`${placement.hosts.length} hosts ready; resident memory in MB: ${memory.join(', ')}`);
    const totals = await jest(fleet.url);
    if (totals.numFailedTests > 0) for (const host of fleet.hosts) print(`--- ${host.contexts.join('+')}\n${host.output()}`);
    await fleet.stop();
    return totals;
  } finally {
    await cleanUp();
    await vhost?.drop();
    await database?.drop();
  }
}

async function jest(url: string): Promise<Totals> {
  const file = `${temporaryFolder()}/totals.json`;
  const args = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules', 'node_modules/jest/bin/jest.js'];
  // One file after the other: they share the shop, and its books.
  const options = ['--selectProjects=journeys', '--runInBand', '--json', `--outputFile=${file}`];
  const child = spawn(process.execPath, [...args, ...options], { env: { ...process.env, JOURNEYS_SHOP: url }, stdio: ['ignore', 'ignore', 'inherit'] });
  await once(child, 'close');
  return totalsShape.parse(JSON.parse(readFileSync(file, 'utf8')));
}

const sum: Totals = { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 0, numPendingTests: 0, numTodoTests: 0 };
print(`placements are drawn with seeds from ${seed}`);
for (const placement of placements) {
  const began = Date.now();
  print(`\n${placement.name}`);
  const totals = await against(placement).catch((error: unknown): Totals => {
    print(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return { ...sum, numPassedTests: 0, numFailedTests: 1 };
  });
  for (const key of totalsShape.keyof().options) sum[key] += totals[key];
  print(`${totals.numPassedTests} passed, ${totals.numFailedTests + totals.numRuntimeErrorTestSuites} failed in ${((Date.now() - began) / 1000).toFixed(1)} s`);
}
if (values.output !== undefined) writeFileSync(values.output, JSON.stringify(sum));
process.exitCode = sum.numFailedTests + sum.numRuntimeErrorTestSuites > 0 || sum.numPassedTests === 0 ? 1 : 0;
