import { z } from 'zod';
import type { Host } from '../../support/host.js';
import type { Named } from './sample.js';

const LIMIT_MS = 3_000;
const item = z.object({ kind: z.string(), name: z.string(), reason: z.string() });
const detail = z.looseObject({ status: z.string(), message: z.string().optional(), items: z.array(item).optional() });
const health = z.object({ details: z.record(z.string(), detail) });

/** What the health of a host names; undefined when it does not answer. */
export async function whatIsNamed({
  url,
  contexts,
}: Pick<Host, 'url' | 'contexts'>): Promise<readonly Named[] | undefined> {
  try {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(LIMIT_MS) });
    const host = contexts.join('+');
    return Object.entries(health.parse(await answer.json()).details).flatMap(([kind, { status, message, items }]) => {
      if (status === 'up') return [];
      if (items !== undefined) return items.map((one) => ({ host, ...one }));
      // One that stops, or has not started, says so of itself, not of what waits.
      return kind === 'host' ? [] : [{ host, kind, name: '', reason: message ?? '' }];
    });
  } catch {
    return undefined;
  }
}
