import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freshVhost } from '../support/broker.js';
import { newCustomer, signIn, type Client } from '../support/client.js';
import { freshDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { startFleet, type Fleet } from '../support/fleet.js';
import { steadyLoad, type Called } from '../support/load.js';
import { eachItsOwn } from '../support/placements.js';
import { acceptedOrder, ADMIN, newProduct } from '../support/shop.js';

/** The context that is hurt. Orders ask it for prices, so that there is a neighbour that needs it. */
const HURT = 'products';
const PAIRS = 5;
const LANES = 2;
/** How long a call may take at most: its deadline, and what it takes to say so. */
const DEADLINE_MS = 10_500;
const SIGN_INS = 200;
/** Ten times what a look at a product takes. */
const SLOW_MS = 50;
const SLOW_HANDLERS = fileURLToPath(new URL('./slow-handlers.mjs', import.meta.url));

/** What became of calls to the other contexts while one was hurt. */
export interface NeighbourReport {
  readonly hurt: 'stopped' | 'frozen' | 'ten times slower' | 'asked for 200 sign-ins at once';
  readonly pairs: number;
  readonly calls: number;
  /** Of calls to others, by status. */
  readonly failed: Readonly<Record<string, number>>;
  /** p99 with it over p99 without it; the median of the pairs, of the worst route. */
  readonly worstRatio: number;
  readonly ratios: Readonly<Record<string, number>>;
  /** Of calls to the hurt one, too. */
  readonly longestMs: number;
  /** Until the hurt one served again after it was let go; the longest of the pairs. */
  readonly recoveredMs: number;
}

interface Hurt {
  readonly what: NeighbourReport['hurt'];
  begin(): Promise<void> | void;
  end(): Promise<void> | void;
}

type Callers = Readonly<Record<string, () => Promise<{ readonly status: number }>>>;

/** Hurts one context of a split shop, five times in each way, while all of them are asked. */
export async function neighbours(seconds: number, tell: (report: NeighbourReport) => void): Promise<void> {
  const waits = join(tmpdir(), `isolith-slow-${randomUUID()}`);
  writeFileSync(waits, '0');
  const [database, vhost] = await Promise.all([freshDatabase(), freshVhost()]);
  const fleet = await startFleet({
    placement: eachItsOwn,
    databaseUrl: database.url,
    transportUrl: vhost.url,
    environment: {
      SLOW_HANDLERS_FILE: waits,
      SLOW_HANDLERS_CONTEXT: HURT,
      LOAD_SHEDDING: '100',
      TRUST_PROXY: '127.0.0.1',
    },
    args: ['--import', SLOW_HANDLERS, 'dist/main.js'],
  });
  try {
    const admin = await signIn(fleet.url, ADMIN.email, ADMIN.password);
    const customer = await newCustomer(fleet.url);
    const sku = await newProduct({ admin }, 1_000);
    const order = await acceptedOrder(customer, sku);
    const ask = { others: callersOf(admin, customer, { sku, order }), hurt: () => customer.get(`/v1/products/${sku}`) };
    await phase({ ...ask.others, hurt: ask.hurt }, seconds);
    for (const hurt of waysToHurt(fleet, waits)) tell(await inPairs(hurt, ask, seconds));
  } finally {
    await fleet.stop();
    await vhost.drop();
    await database.drop();
    rmSync(waits, { force: true });
  }
}

const callersOf = (admin: Client, customer: Client, { sku, order }: { sku: string; order: string }): Callers => ({
  users: () => customer.get('/v1/users/me'),
  orders: () => customer.get(`/v1/orders/${order}`),
  inventory: () => admin.get(`/v1/inventory/${sku}`),
  notifications: () => customer.get('/v1/notifications?limit=5'),
});

function waysToHurt(fleet: Fleet, waits: string): readonly Hurt[] {
  return [
    { what: 'stopped', begin: () => fleet.kill(HURT), end: () => fleet.restart(HURT) },
    { what: 'frozen', begin: () => fleet.hostOf(HURT).freeze(), end: () => fleet.hostOf(HURT).thaw() },
    {
      what: 'ten times slower',
      begin: () => writeFileSync(waits, String(SLOW_MS)),
      end: () => writeFileSync(waits, '0'),
    },
    manySignIns(fleet.url),
  ];
}

/**
 * Of strangers, each from a place of its own, so that none of them is held back for others; all passwords are wrong.
 */
function manySignIns(url: string): Hurt {
  let under: Promise<unknown> = Promise.resolve();
  const signIn = (nth: number): Promise<unknown> =>
    fetch(new URL('/v1/sessions', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': `198.51.100.${nth}` },
      body: JSON.stringify({ email: `${randomUUID()}@shop.example`, password: randomUUID() }),
    }).then((answer) => answer.arrayBuffer());
  return {
    what: 'asked for 200 sign-ins at once',
    begin: () => {
      under = Promise.all(Array.from({ length: SIGN_INS }, (_, nth) => signIn(nth)));
    },
    end: () => under.then(() => undefined),
  };
}

async function inPairs(
  way: Hurt,
  { others, hurt }: { readonly others: Callers; readonly hurt: () => Promise<{ readonly status: number }> },
  seconds: number,
): Promise<NeighbourReport> {
  const ratios = new Map<string, number[]>(Object.keys(others).map((name) => [name, []]));
  const [ofOthers, ofHurt]: [Called[], Called[]] = [[], []];
  let recoveredMs = 0;
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const without = await phase({ ...others, hurt }, seconds);
    await way.begin();
    const withIt = await phase({ ...others, hurt }, seconds);
    const letGo = performance.now();
    await way.end();
    await eventually('the hurt one serves again', hurt, ({ status }) => status === 200);
    recoveredMs = Math.max(recoveredMs, performance.now() - letGo);
    for (const [name, all] of ratios) all.push(p99(withIt, name) / p99(without, name));
    ofOthers.push(...withIt.filter(({ what: route }) => route !== 'hurt'));
    ofHurt.push(...withIt.filter(({ what: route }) => route === 'hurt'));
  }
  const failed = ofOthers.filter(({ status }) => status !== 200);
  const medians = Object.fromEntries([...ratios].map(([name, all]) => [name, round(median(all))]));
  return {
    hurt: way.what,
    pairs: PAIRS,
    calls: ofOthers.length,
    failed: Object.fromEntries(
      [...Map.groupBy(failed, ({ status }) => String(status))].map(([status, all]) => [status, all.length]),
    ),
    worstRatio: Math.max(...Object.values(medians)),
    ratios: medians,
    longestMs: Math.round(Math.max(...[...ofOthers, ...ofHurt].map(({ ms }) => ms))),
    recoveredMs: Math.round(recoveredMs),
  };
}

async function phase(callers: Callers, seconds: number): Promise<readonly Called[]> {
  const load = steadyLoad(callers, LANES);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  return load.end();
}

/** Whether a report keeps what is promised: nobody else notices, and nobody waits past a deadline. */
export const keepsPromise = ({ failed, worstRatio, longestMs }: NeighbourReport): boolean =>
  Object.keys(failed).length === 0 && worstRatio <= 2 && longestMs <= DEADLINE_MS;

const p99 = (calls: readonly Called[], name: string): number => {
  const sorted = calls
    .filter(({ what }) => what === name)
    .map(({ ms }) => ms)
    .toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const round = (value: number): number => Math.round(value * 100) / 100;
