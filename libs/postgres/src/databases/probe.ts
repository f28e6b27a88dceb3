import { tellable } from '@isolith/contracts';
import { z } from 'zod';
import { outsideOfUnits } from '../connections/connection-scope.js';
import type { ConnectionSource } from '../connections/connection-source.js';

const WITHIN_MS = 5_000;
/**
 * Questions that have not come back yet, so that a health check that is asked often does not fill the queue that it
 * asks about.
 */
const underWay = new WeakMap<ConnectionSource, Promise<Probed>>();

export interface Probed {
  /** What is wrong; undefined when nothing is. */
  readonly problem?: string;
  /** How far this host's clock is ahead of the database's, in milliseconds. */
  readonly clockAheadMs?: number;
}

const answerRow = z.tuple([z.object({ now: z.coerce.number(), read_only: z.boolean() })]);

const NO_WRITES = 'the database takes no writes';

/** Whether a statement gets through that could write, waiting for a connection included. */
export async function probe(source: ConnectionSource): Promise<Probed> {
  let asking = underWay.get(source);
  if (asking === undefined) {
    asking = outsideOfUnits(() => ask(source)).finally(() => underWay.delete(source));
    underWay.set(source, asking);
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Probed>((resolve) => {
    timer = setTimeout(() => resolve({ problem: `no answer within ${WITHIN_MS} ms` }), WITHIN_MS);
  });
  const probed = await Promise.race([asking, late]);
  clearTimeout(timer);
  return probed;
}

async function ask(source: ConnectionSource): Promise<Probed> {
  try {
    const first = await askOnce(source);
    if (first.problem !== NO_WRITES || source.renew === undefined) return first;
    // An older session may lead to a primary of before: what counts is what a new one finds.
    source.renew();
    return await askOnce(source);
  } catch (error) {
    return { problem: tellable(error).message };
  }
}

async function askOnce(source: ConnectionSource): Promise<Probed> {
  const { client, giveBack } = await source.checkout();
  try {
    const asked = Date.now();
    // Of a standby it is on as well.
    const { rows } = await client.query(
      `SELECT current_setting('transaction_read_only')::boolean AS read_only, extract(epoch FROM clock_timestamp()) * 1000 AS now`,
    );
    const answered = Date.now();
    giveBack();
    const [{ read_only, now }] = answerRow.parse(rows);
    return read_only ? { problem: NO_WRITES } : { clockAheadMs: Math.round((asked + answered) / 2 - now) };
  } catch (error) {
    giveBack(true);
    throw error;
  }
}
