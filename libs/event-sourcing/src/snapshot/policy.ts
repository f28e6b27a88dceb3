import { createHash } from 'node:crypto';
import { z } from 'zod';

/** When the state of a long stream is kept, and in which shape. */
export interface SnapshotPolicy<S> {
  /**
   * The state as JSON holds it. A state of which it leaves out anything is not kept, since a load from its snapshot
   * would be another one.
   */
  readonly state: z.ZodType<S>;
  /** A snapshot is due when so many events have come since the last. */
  readonly every: number;
  /** To be raised when `evolve` gives another state for the same events although the schema is the same. Default 1. */
  readonly version?: number;
}

/** A policy with what tells its snapshots from those of another shape. */
export interface SnapshotFormat<S> {
  readonly state: z.ZodType<S>;
  readonly every: number;
  /** Of name, version and schema; snapshots of another digest are not read. */
  readonly digest: string;
}

export function snapshotFormat<S>(
  aggregate: string,
  { state, every, version = 1 }: SnapshotPolicy<S>,
): SnapshotFormat<S> {
  return { state, every, digest: digestOf([aggregate, version, shapeOf(state)]) };
}

export function snapshotProblems<S>({ state, every, version = 1 }: SnapshotPolicy<S>): readonly string[] {
  return [
    ...(Number.isInteger(every) && every > 0 ? [] : [`snapshot.every must be a positive whole number, not ${every}`]),
    ...(Number.isInteger(version) && version > 0
      ? []
      : [`snapshot.version must be a positive whole number, not ${version}`]),
    ...(shapeOf(state) === undefined ? ['snapshot.state is a schema that has no JSON Schema'] : []),
  ];
}

/** Undefined for what no JSON can hold: dates, maps, transforms. */
function shapeOf(state: z.ZodType): unknown {
  try {
    return z.toJSONSchema(state, { io: 'output' });
  } catch {
    return undefined;
  }
}

const digestOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);
