import { z } from 'zod';

/** PostgreSQL's bigint arrives as a string; positions and counts fit a number. */
const whole = z.coerce.number().int();

/** One build of one version of a projection: a row of the table `projection`. */
export const Build = z.object({
  name: z.string(),
  version: z.int(),
  generation: z.int(),
  status: z.enum(['building', 'live', 'retired']),
  digest: z.string(),
  position: whole,
  events: whole,
  started_at: z.date(),
  updated_at: z.date(),
  /** Since it was begun, by the database's clock. */
  elapsed_ms: z.coerce.number(),
});
export type Build = Readonly<z.output<typeof Build>>;

/** A build with the age of what it has not looked at. */
export const AgedBuild = Build.pick({ name: true, version: true, status: true, position: true }).extend({
  seconds: z.coerce.number().nonnegative(),
});

/** How far a build is on its way to the end of the journal. */
export interface Progress {
  /** 0 to 100. */
  readonly percent: number;
  readonly eventsPerSecond: number;
  /** Until it has caught up, at the pace so far; undefined while there is no pace yet. */
  readonly secondsLeft: number | undefined;
}

/** `end`: the journal's last position. */
export function progressOf(
  { position, events, elapsed_ms: elapsedMs }: Pick<Build, 'position' | 'events' | 'elapsed_ms'>,
  end: number,
): Progress {
  const seconds = Math.max(0.001, elapsedMs / 1_000);
  const left = Math.max(0, end - position);
  return {
    percent: end === 0 ? 100 : Math.min(100, Math.floor((1_000 * position) / end) / 10),
    eventsPerSecond: Math.round(events / seconds),
    secondsLeft: left === 0 ? 0 : position === 0 ? undefined : Math.ceil(left / (position / seconds)),
  };
}
