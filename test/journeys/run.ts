import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { freshVhost } from '../support/broker.js';
import { freshDatabase } from '../support/database.js';
import { startFleet } from '../support/fleet.js';
import { cleanUp, temporaryFolder, type Host } from '../support/host.js';
import {
  eachItsOwn,
  oneProcess,
  oneProcessEmbedded,
  oneProcessInParity,
  randomPlacement,
  type Placement,
} from '../support/placements.js';

/**
 * The journeys, unchanged, against every kind of placement:
 *
 *   npm run journeys -- [--placements 25] [--seed 7] [--only embedded] [--output totals.json]
 *
 * One process on the embedded database, the same in parity mode, one on PostgreSQL, each context a process of its own,
 * and `--placements` more drawn at random. The servers are those of `npm run services -- exec`.
 */
const { values } = parseArgs({
  options: {
    placements: { type: 'string', default: '3' },
    seed: { type: 'string' },
    only: { type: 'string', default: '' },
    output: { type: 'string' },
  },
});
const count = z.coerce.number().int().min(0).max(200).parse(values.placements);
const seed = z.coerce
  .number()
  .int()
  .parse(values.seed ?? Date.now() % 1_000_000);
const drawn = Array.from({ length: count }, (_, index) => randomPlacement(seed + index));
const placements = [oneProcessEmbedded, oneProcessInParity, oneProcess, eachItsOwn, ...drawn].filter(({ name }) =>
  name.includes(values.only),
);

const totalsShape = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numRuntimeErrorTestSuites: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
});
type Totals = z.output<typeof totalsShape>;

const print = (line: string): void => void process.stdout.write(`${line}\n`);
type Tell = (line: string) => void;

/** Money that comes later takes a day in a shop, and so long here: long enough to cancel an order that waits for it. */
const SETTLES_WITHIN_MS = 12_000;

/** Placements that are tried at once: most of a journey is waiting. */
const AT_ONCE = 2;

/**
 * Runs the journeys against one placement. Its hosts, database and virtual host are gone afterwards, whatever happened.
 */
async function against(placement: Placement, tell: Tell): Promise<Totals> {
  const database = placement.database === 'postgresql' ? await freshDatabase() : undefined;
  const vhost = placement.hosts.length > 1 ? await freshVhost() : undefined;
  let hosts: readonly Host[] = [];
  try {
    const fleet = await startFleet({
      placement,
      environment: { PAYMENT_SETTLES_WITHIN_MS: String(SETTLES_WITHIN_MS) },
      ...(database === undefined ? {} : { databaseUrl: database.url }),
      ...(vhost === undefined ? {} : { transportUrl: vhost.url }),
    });
    hosts = fleet.hosts;
    const memory = hosts.map((host) => Math.round(host.rss() / 1e6));
    for (const host of hosts) for (const [said] of host.output().matchAll(/parity mode, seed \d+/g)) tell(said);
    tell(`${hosts.length} hosts ready; resident memory in MB: ${memory.join(', ')}`);
    const totals = await jest(fleet.url, tell);
    if (totals.numFailedTests > 0) for (const host of hosts) tell(`--- ${host.contexts.join('+')}\n${host.output()}`);
    await fleet.stop();
    return totals;
  } finally {
    await Promise.all(hosts.map((host) => host.kill()));
    await vhost?.drop();
    await database?.drop();
  }
}

async function jest(url: string, tell: Tell): Promise<Totals> {
  const file = `${temporaryFolder()}/totals.json`;
  const args = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules', 'node_modules/jest/bin/jest.js'];
  // One file after the other: they share the shop, and its books.
  const options = ['--selectProjects=journeys', '--runInBand', '--json', `--outputFile=${file}`];
  const child = spawn(process.execPath, [...args, ...options], {
    env: { ...process.env, JOURNEYS_SHOP: url },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [said] = await Promise.all([text(child.stderr), once(child, 'close')]);
  tell(said.trimEnd());
  return totalsShape.parse(JSON.parse(readFileSync(file, 'utf8')));
}

const sum: Totals = {
  numPassedTests: 0,
  numFailedTests: 0,
  numRuntimeErrorTestSuites: 0,
  numPendingTests: 0,
  numTodoTests: 0,
};

/** What a placement had to say is told when it has ended, so that two at once don't talk into each other. */
async function tryOut(placement: Placement): Promise<void> {
  const began = Date.now();
  const lines = [`\n${placement.name}`];
  const tell: Tell = (line) => void lines.push(line);
  const totals = await against(placement, tell).catch((error: unknown): Totals => {
    tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return { numPassedTests: 0, numFailedTests: 1, numRuntimeErrorTestSuites: 0, numPendingTests: 0, numTodoTests: 0 };
  });
  for (const key of totalsShape.keyof().options) sum[key] += totals[key];
  tell(
    `${totals.numPassedTests} passed, ${totals.numFailedTests + totals.numRuntimeErrorTestSuites} failed in ${((Date.now() - began) / 1000).toFixed(1)} s`,
  );
  print(lines.join('\n'));
}

print(`placements are drawn with seeds from ${seed}`);
const waiting = [...placements];
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await tryOut(next);
  }),
);
await cleanUp();
if (values.output !== undefined) writeFileSync(values.output, JSON.stringify(sum));
process.exitCode = sum.numFailedTests + sum.numRuntimeErrorTestSuites > 0 || sum.numPassedTests === 0 ? 1 : 0;
