import type { SagaKey } from '../instance/progress.js';

/** How long until its deadline and the end of its wait, and since that began. */
export function timesOf(): string {
  const ms = (interval: string): string => `(extract(epoch FROM ${interval}) * 1000)::float8`;
  return `${ms('s.deadline_at - clock_timestamp()')} AS remaining_ms, ${ms('s.wait_until - clock_timestamp()')} AS wait_ms,
    ${ms('clock_timestamp() - s.waiting_since')} AS waited_ms`;
}

/** What a saga is read as; `s` is the table. */
export const SAGA_COLUMNS = `s.name, s.id, s.version, s.revision, s.token, s.status, s.state, s.step, s.done, s.cause, s.attempts, s.defects, s.refusals, s.trouble,
  s.wait, s.heard, s.principal, s.correlation_id, s.traceparent, ${timesOf()}`;

export const MOVING = `('running', 'compensating')`;

/** An interval of as many milliseconds as the parameter says. */
export const milliseconds = (parameter: string): string => `${parameter}::float8 * interval '1 ms'`;

/** Keys as the two arrays that unnest() takes. */
export const columnsOf = (keys: readonly SagaKey[]): [string[], string[]] => [
  keys.map(({ name }) => name),
  keys.map(({ id }) => id),
];

export const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
