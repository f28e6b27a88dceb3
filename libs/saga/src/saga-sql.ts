import type { SagaKey } from './progress.js';

/** What a saga is read as; `s` is the table. */
export const SAGA_COLUMNS = `s.name, s.id, s.version, s.revision, s.token, s.status, s.state, s.step, s.done, s.cause, s.attempts, s.defects, s.refusals, s.trouble,
  s.principal, s.correlation_id, (extract(epoch FROM s.deadline_at - clock_timestamp()) * 1000)::float8 AS remaining_ms`;

export const MOVING = `('running', 'compensating')`;

/** An interval of as many milliseconds as the parameter says. */
export const milliseconds = (parameter: string): string => `${parameter}::float8 * interval '1 ms'`;

/** Keys as the two arrays that unnest() takes. */
export const columnsOf = (keys: readonly SagaKey[]): [string[], string[]] => [
  keys.map(({ name }) => name),
  keys.map(({ id }) => id),
];

export const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
