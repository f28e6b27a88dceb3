import { z } from 'zod';

const spread = z.object({ low: z.number(), median: z.number(), high: z.number() });

const contender = z.object({
  name: z.string(),
  role: z.enum(['ceiling', 'ours', 'peer']),
  /** Operations per second. */
  rate: spread,
  /** Of the rate to the ceiling's of the same round; 1 for the ceiling. */
  ratio: spread,
  /** Milliseconds for one operation, medians over the rounds. */
  latency: z.object({ p50: z.number(), p99: z.number() }).optional(),
  differs: z.string().optional(),
});
export type Contender = z.output<typeof contender>;

const level = z.object({
  atOnce: z.int(),
  goal: z.object({ ratio: z.number().optional(), atMostUs: z.number().optional() }),
  contenders: z.array(contender),
});
export type Level = z.output<typeof level>;

/** A number that stands alone. `goal`: what it must not exceed. */
export const figure = z.object({ name: z.string(), value: z.number(), unit: z.string(), goal: z.number().optional() });
export type Figure = z.output<typeof figure>;

const environment = z.object({
  cpu: z.string(),
  cores: z.int(),
  memoryGiB: z.number(),
  system: z.string(),
  node: z.string(),
  postgresql: z.string().optional(),
  rabbitmq: z.string().optional(),
});
export type Environment = z.output<typeof environment>;

const shared = { subject: z.string(), title: z.string(), environment };

/** What a run leaves of one subject. */
export const result = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('race'),
    ...shared,
    operation: z.string(),
    rounds: z.int(),
    roundMs: z.number(),
    levels: z.array(level),
  }),
  z.object({ kind: z.literal('figures'), ...shared, figures: z.array(figure) }),
]);
export type Result = z.output<typeof result>;
export type RaceResult = Extract<Result, { kind: 'race' }>;
export type FigureResult = Extract<Result, { kind: 'figures' }>;

/** Whether what was measured is what was to be reached; undefined where nothing was set. */
export function reached({ goal, contenders }: Level): boolean | undefined {
  const ours = contenders.find(({ role }) => role === 'ours');
  if (ours === undefined || (goal.ratio === undefined && goal.atMostUs === undefined)) return undefined;
  // Two digits, as goals are stated.
  if (goal.ratio !== undefined && Math.round(ours.ratio.median * 100) < Math.round(goal.ratio * 100)) return false;
  return goal.atMostUs === undefined || 1e6 / ours.rate.median <= goal.atMostUs;
}
