import type { ContextDatabase } from '@isolith/journal';
import { z } from 'zod';
import { progressSchema, sagaStatus, type SagaStatusName } from './progress.js';
import { quotedSchemaOf } from './quoted-schema.js';

export interface SagaFilter {
  readonly name?: string;
  readonly id?: string;
  readonly status?: SagaStatusName;
}

const nothing = <T>(value: T | null): T | undefined => value ?? undefined;
const { cause, trouble } = progressSchema.shape;

const summary = z.object({
  name: z.string(),
  id: z.string(),
  status: sagaStatus,
  /** The step that is due, or that is to be compensated next. */
  step: z.string().nullable().transform(nothing),
  cause: cause.transform(nothing),
  /** Attempts of what is due that came to nothing, and why the last one did. */
  attempts: z.int(),
  trouble: trouble.transform(nothing),
  createdAt: z.date(),
  updatedAt: z.date(),
});
export type SagaSummary = z.output<typeof summary>;

const timelineEntry = z.object({ at: z.date(), what: z.string() });
export type SagaTimelineEntry = z.output<typeof timelineEntry>;

const count = z.object({ name: z.string(), status: sagaStatus, count: z.coerce.number() });
export type SagaCount = z.output<typeof count>;

/** What operators see of the sagas of one context. It changes nothing. */
export class SagaOverview {
  private readonly schema: string;

  constructor(
    context: string,
    private readonly database: ContextDatabase,
  ) {
    this.schema = quotedSchemaOf(context);
  }

  /** Sagas that fit the filter, the youngest first; `limit` is 1 to 100. */
  list({ name, id, status }: SagaFilter, limit: number): Promise<SagaSummary[]> {
    if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw new RangeError(`limit must be 1 to 100, not ${limit}`);
    return this.database.query(
      summary,
      `SELECT name, id, status, coalesce(step, done->>-1) AS step, cause, attempts, trouble, created_at AS "createdAt", updated_at AS "updatedAt"
       FROM ${this.schema}.saga
       WHERE ($1::text IS NULL OR name = $1) AND ($2::text IS NULL OR id = $2) AND ($3::text IS NULL OR status = $3)
       ORDER BY created_at DESC, name, id LIMIT $4`,
      [name ?? null, id ?? null, status ?? null, limit],
    );
  }

  /** How many sagas there are, by name and status. */
  counts(): Promise<SagaCount[]> {
    return this.database.query(count, `SELECT name, status, count(*) AS count FROM ${this.schema}.saga GROUP BY name, status ORDER BY name, status`);
  }

  /** What happened to one saga, oldest first; empty when there is none. */
  timeline(name: string, id: string): Promise<SagaTimelineEntry[]> {
    const sql = `SELECT at, what FROM ${this.schema}.saga_transition WHERE name = $1 AND id = $2 ORDER BY seq LIMIT 1000`;
    return this.database.query(timelineEntry, sql, [name, id]);
  }
}
