import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createServerDatabase } from '@isolith/postgres/testing';
import { until } from '@isolith/message-bus/testing';
import { ReplicaProcess } from '../spec-support/replica-process.js';
import { Replica } from '../spec-support/replica.js';

const SAGAS = 1_000;
const KILLS = 5;
const LEASE_MS = 1_000;
const quiet = { warn: () => undefined, error: () => undefined };
const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);

/** Every saga is told where it is refused, if at all. */
const WAYS = [
  { way: '!none', end: 'completed', effects: ['do a', 'do b', 'do c', 'do d', 'do e', 'do f'] },
  { way: '!do c', end: 'compensated', effects: ['do a', 'do b', 'undo b', 'undo a', 'tell-failed'] },
  { way: '!do d', end: 'compensated', effects: ['do a', 'do b', 'do c', 'undo c', 'undo b', 'undo a', 'tell-failed'] },
] as const;
const wayOf = (index: number) => (index % 5 === 0 ? WAYS[1] : index % 7 === 0 ? WAYS[2] : WAYS[0]);

let place: Awaited<ReturnType<typeof createServerDatabase>>;
let here: Replica;
const hosts: ReplicaProcess[] = [];

beforeAll(async () => {
  place = await createServerDatabase();
  // It only begins sagas and looks on.
  here = await Replica.open(place.url, LEASE_MS, quiet);
});
afterAll(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.end()));
  await here.close();
  await place.drop();
});

/** Replicas that have loaded and opened their databases, and move nothing before they are told to start. */
async function opened(count: number): Promise<ReplicaProcess[]> {
  const some = Array.from(
    { length: count },
    () => new ReplicaProcess({ url: place.url, leaseMs: LEASE_MS, quiet: true }),
  );
  hosts.push(...some);
  await Promise.all(some.map((host) => host.says({ ready: host.pid })));
  return some;
}

/** Resolves with the counts by status once so many have ended. */
async function ended(wanted: number): Promise<Readonly<Record<string, number>>> {
  let counts: Readonly<Record<string, number>> = {};
  await until(async () => {
    counts = Object.fromEntries((await here.overview.counts()).map(({ status, count }) => [status, count]));
    return (counts['completed'] ?? 0) + (counts['compensated'] ?? 0) >= wanted;
  }, 120_000);
  return counts;
}

/** Each effect that there was, and in which order it was undone. Side by side there is no order. */
const summed = (effects: readonly string[]) => ({
  all: effects.toSorted(),
  back: effects.filter((what) => !what.startsWith('do ')),
});

it(`${SAGAS} sagas at once on two replicas end, whoever is killed, and have each effect once (FC_SEED=${seed})`, async () => {
  const ids = Array.from({ length: SAGAS }, (_, index) => `saga ${index} ${wayOf(index).way}`);
  for (let from = 0; from < SAGAS; from += 100) await here.beginMany(ids.slice(from, from + 100));
  // Those that take the place of the dead are loaded beforehand: in the time that takes one replica could do all the
  // work.
  const [first, second, ...restarts] = await opened(2 + KILLS);
  const alive = [first, second];
  for (const host of alive) host?.start();
  // A small generator of its own: the seed alone says who dies when.
  let state = seed;
  const drawn = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
  for (let kill = 0; kill < KILLS; kill += 1) {
    const counts = await ended(Math.floor(((kill + 0.5) / (KILLS + 1)) * SAGAS) + drawn(50));
    // Otherwise the kill met nothing.
    expect((counts['running'] ?? 0) + (counts['compensating'] ?? 0)).toBeGreaterThan(0);
    const victim = drawn(alive.length);
    await alive[victim]?.end();
    alive[victim] = restarts[kill];
    restarts[kill]?.start();
  }
  const counts = await ended(SAGAS);
  const expected = ids.map((_, index) => wayOf(index).end);
  expect(counts).toEqual({
    completed: expected.filter((end) => end === 'completed').length,
    compensated: expected.filter((end) => end === 'compensated').length,
  });
  const ledger = await here.ledger();
  expect(ids.map((id) => ({ id, ...summed(ledger.get(id) ?? []) }))).toEqual(
    ids.map((id, index) => ({ id, ...summed(wayOf(index).effects) })),
  );
}, 300_000);
