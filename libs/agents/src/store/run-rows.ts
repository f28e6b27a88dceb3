import { z } from 'zod';
import { runEntry, type KeptEntry } from '../run/run-entry.js';

/** RFC 3339 with milliseconds, as entries say when they were. */
export const moment = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** By the database's clock, which is the only one that counts; milliseconds since 1970. */
export const NOW_MS = `floor(extract(epoch FROM clock_timestamp()) * 1000)::float8`;

/** An interval of as many milliseconds as the parameter says. */
export const milliseconds = (parameter: string): string => `${parameter}::float8 * interval '1 ms'`;

export const ENTRY_COLUMNS = `e.seq, ${moment('e.at')} AS at, e.kind, e.data`;

export const entryRow = z
  .object({ seq: z.int(), at: z.string(), kind: z.string(), data: z.record(z.string(), z.unknown()) })
  .transform(({ seq, at, kind, data }): KeptEntry => ({ seq, at, entry: runEntry.parse({ ...data, kind }) }));

/** What a host needs to know of a run that it holds. */
export const heldRow = z.object({
  id: z.string(),
  agent: z.string(),
  owner: z.string(),
  seq: z.int(),
  /** Of its claim. */
  token: z.int(),
});
export type HeldRun = Readonly<z.output<typeof heldRow>>;
