import type { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import type { Host } from '../support/host.js';
import { onDatabase } from '../support/schema-copy.js';
import { acceptedOrder, untilStatus } from '../support/shop.js';
import { Draw } from '../chaos/plan/draw.js';
import { lanes, sendPoison, subscriptions } from '../chaos/poison/poisoner.js';
import { malformed, unsigned, type Shape } from '../chaos/poison/shapes.js';
import { sampleOf } from './host-samples.js';
import type { TurnWatch } from './turn-watch.js';

const BATCH = 500;
/** Messages of one shape, and how often. */
const ALONE = 12;
const TIMES = 3;
const KEPT_LIMIT_MS = 300_000;
const COUNTED_LIMIT_MS = 15_000;
const CONSUMERS = [...new Set(subscriptions.map(({ context }) => context))];

export interface HostileMessagesReport {
  readonly sent: number;
  /** Of those sent, events: each has a consumer that has to keep it. */
  readonly durable: number;
  /** What consumers have kept for a person to look at. */
  readonly setAside: number;
  /**
   * What the hosts say they refused. A request that waits for its reader for longer than 10 s expires at the broker and
   * is in no count.
   */
  readonly counted: number;
  /**
   * The longest that any host's event loop stood still, whoever was at fault: hosts, servers and the sender share a
   * machine.
   */
  readonly longestPauseMs: number;
  /**
   * Processor time of the longest turn of any host's event loop: how long it would have stood still on a machine of its
   * own.
   */
  readonly longestProcessorPauseMs: number;
  /** What came back each of three times that messages of one shape were sent alone; the longest of all shapes. */
  readonly longestOfOneShapeMs: number;
  /** Orders that were placed meanwhile and confirmed. */
  readonly confirmed: number;
  readonly seconds: number;
}

export interface Attacked {
  readonly transportUrl: string;
  readonly databaseUrl: string;
  readonly hosts: readonly Host[];
  /** METRICS_TOKEN of the hosts. */
  readonly metricsToken: string;
  readonly turns: TurnWatch;
  readonly admin: Client;
  readonly customer: Client;
  readonly sku: string;
}

/**
 * Sends hostile messages into every lane and subscription of a shop that goes on selling, and asks what became of them.
 */
export async function sendHostileMessages(
  { transportUrl, databaseUrl, hosts, metricsToken, turns, admin, customer, sku }: Attacked,
  count: number,
  seed: number,
): Promise<HostileMessagesReport> {
  const draw = new Draw(seed);
  const startedAt = performance.now();
  let [sent, durable, longestPauseMs, longestProcessorPauseMs, confirmed] = [0, 0, 0, 0, 0];
  const sample = async (): Promise<number> => {
    const all = await Promise.all(hosts.map(({ url }) => sampleOf(url, metricsToken)));
    const longestTurns = await Promise.all(hosts.map((host) => turns.longestOf(host)));
    longestPauseMs = Math.max(longestPauseMs, ...all.map(({ pauseMs }) => pauseMs));
    longestProcessorPauseMs = Math.max(longestProcessorPauseMs, ...longestTurns);
    return all.reduce((sum, { refused }) => sum + refused, 0);
  };
  const sell = async (): Promise<string> => {
    const order = await acceptedOrder(customer, sku);
    await untilStatus(customer, order, 'confirmed');
    confirmed += 1;
    return order;
  };
  // A host that has never met the token of another hands a foreign one back, since it may be wrong itself: each is to
  // hear of the other first.
  const first = await sell();
  await admin.post(`/v1/shipments/${first}/dispatch`);
  await untilStatus(customer, first, 'shipped');
  await sample();
  longestPauseMs = 0;
  const send = async (shapes: Readonly<Record<string, Shape>>, most: number): Promise<void> => {
    const batch = await sendPoison(transportUrl, draw, most, [...lanes, ...subscriptions], shapes);
    sent += batch.length;
    durable += batch.filter(({ target }) => target.kind === 'event').length;
  };
  // What is never counted shows in the report; here it only must not be on its way any more.
  const taken = async (): Promise<void> => {
    await eventually('what was sent is refused', sample, (n) => n >= sent, COUNTED_LIMIT_MS).catch(() => undefined);
  };
  const all = { ...malformed, ...unsigned };
  let longestOfOneShapeMs = 0;
  for (const [name, shape] of Object.entries(all)) {
    let shortest = Infinity;
    for (let time = 0; time < TIMES; time += 1) {
      await taken();
      longestPauseMs = 0;
      await send({ [name]: shape }, ALONE);
      await taken();
      shortest = Math.min(shortest, longestPauseMs);
    }
    longestOfOneShapeMs = Math.max(longestOfOneShapeMs, shortest);
  }
  [longestPauseMs, longestProcessorPauseMs] = [0, 0];
  for (let left = count - sent; left > 0; left = count - sent) {
    await send(all, Math.min(BATCH, left));
    await sell();
    await sample();
  }
  const kept = (): Promise<number> => setAsideIn(databaseUrl);
  const setAside = await eventually(
    'what has a queue of its own is set aside',
    kept,
    (n) => n >= durable,
    KEPT_LIMIT_MS,
  ).catch(kept);
  // Those that a host has in hand are in no queue, and not refused yet.
  const counted = await eventually('what was refused is counted', sample, (n) => n >= sent, COUNTED_LIMIT_MS).catch(
    sample,
  );
  return {
    longestOfOneShapeMs,
    sent,
    durable,
    setAside,
    counted,
    longestPauseMs,
    longestProcessorPauseMs,
    confirmed,
    seconds: (performance.now() - startedAt) / 1_000,
  };
}

const setAsideIn = (databaseUrl: string): Promise<number> =>
  onDatabase(databaseUrl, async (client) => {
    let kept = 0;
    for (const context of CONSUMERS) {
      const { rows } = await client.query<{ kept: string }>(
        `SELECT count(*) AS kept FROM ${context}.parked_message WHERE raw IS NOT NULL`,
      );
      kept += Number(rows[0]?.kept);
    }
    return kept;
  });
