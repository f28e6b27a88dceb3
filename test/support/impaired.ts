import { z } from 'zod';
import { Client } from './client.js';
import type { Host } from './host.js';

const impairment = z.object({
  kind: z.string(),
  name: z.string(),
  reason: z.string(),
  lookAt: z.string(),
  effect: z.enum(['degraded', 'not-ready']),
  seconds: z.number(),
});
const health = z.object({
  status: z.string(),
  details: z.object({ impairments: z.object({ items: z.array(impairment).optional() }).optional() }),
});
const began = z.object({ message: z.string().startsWith('impaired: '), seconds: z.number(), look_at: z.string() });
const ended = z.object({ message: z.string().startsWith('no longer impaired: '), lasted_s: z.number() });

export type Impaired = z.output<typeof impairment>;

/** What `/health/ready` of a host says is impaired. */
export async function impairedIn(host: Pick<Host, 'url'>): Promise<readonly Impaired[]> {
  const { body } = await new Client(host.url).get('/health/ready');
  return health.parse(body).details.impairments?.items ?? [];
}

/** What `/metrics` of a host shows as impaired, `kind name`. */
export async function impairedMetrics(host: Pick<Host, 'url'>, token: string | undefined): Promise<readonly string[]> {
  const { status, body } = await new Client(host.url, token).get('/metrics');
  if (status !== 200) throw new Error(`/metrics answered ${status}`);
  return String(body)
    .split('\n')
    .filter((line) => line.startsWith('host_impaired_seconds{'))
    .map((line) => `${/kind="([^"]*)"/.exec(line)?.[1]} ${/name="([^"]*)"/.exec(line)?.[1]}`);
}

/** The lines of a host's log about one impairment. */
export function impairedLines(host: Pick<Host, 'output'>, id: string) {
  const lines = host
    .output()
    .split('\n')
    .map((line) => {
      try {
        return JSON.parse(line) as unknown;
      } catch {
        return undefined;
      }
    });
  const of = <S extends z.ZodType<{ message: string }>>(shape: S, text: string): z.output<S>[] =>
    lines.flatMap((line) => {
      const parsed = shape.safeParse(line);
      return parsed.success && parsed.data.message.startsWith(text) ? [parsed.data] : [];
    });
  return { began: of(began, `impaired: ${id}`), ended: of(ended, `no longer impaired: ${id}`) };
}
