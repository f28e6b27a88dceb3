import { quoted } from '@isolith/postgres/internal';
import { guarded, pagesBy, type Page } from '@isolith/contracts';
import type { ContextDatabase } from '@isolith/journal';
import { z } from 'zod';
import { SagaCursorUnknown } from '../engine/saga-failures.js';
import { progressSchema, sagaStatus, type SagaStatusName } from '../instance/progress.js';
import { sagaCauses } from './saga-causes.js';

/** Which sagas; what is absent may be anything. */
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
/** A saga as a list shows it. */
export type SagaSummary = z.output<typeof summary>;

const timelineEntry = z.object({
  at: z.date(),
  what: z.string(),
  /** Attempts of what the entry is about that came to nothing before, and why the last one did. */
  attempts: z.int().transform((attempts) => (attempts === 0 ? undefined : attempts)),
  trouble: trouble.transform(nothing),
  /** Of what a person did: the user's id and why. */
  operator: z.string().nullable().transform(nothing),
  reason: z.string().nullable().transform(nothing),
});
/** What happened to a saga, and when. */
export type SagaTimelineEntry = z.output<typeof timelineEntry>;

const instance = summary.extend({
  /** Of the definition that it follows: the one that began it, or a later one that it has moved on to. */
  version: z.int(),
  /** The host that moves it, and until when it may without saying so again; absent while it waits for anybody. */
  holder: z.string().nullable().transform(nothing),
  leasedUntil: z.date().nullable().transform(nothing),
  /** When what is due is due, by the database's clock. */
  dueAt: z.date(),
  /** Absent when it has none, or when it has passed and was acted upon. */
  deadlineAt: z.date().nullable().transform(nothing),
  /** What it waits for, while it waits: the event and its key, absent where only time ends the wait. */
  waitsFor: z
    .object({
      event: z.string().nullable().transform(nothing),
      key: z.string().nullable().transform(nothing),
      reminders: z.int(),
    })
    .nullable()
    .transform(nothing),
  waitingSince: z.date().nullable().transform(nothing),
  /** When the wait is over without the event. */
  waitUntil: z.date().nullable().transform(nothing),
  correlationId: z.string(),
});
/** One saga, whole; neither its state nor whom it speaks for. */
export type SagaDetail = z.output<typeof instance> & { readonly timeline: readonly SagaTimelineEntry[] };

const count = z.object({ name: z.string(), status: sagaStatus, count: z.coerce.number() });
/** How many sagas of one name have one status. */
export type SagaCount = z.output<typeof count>;

const SUMMARY = `name, id, status, coalesce(step, done->>-1) AS step, cause, attempts, trouble, created_at AS "createdAt", updated_at AS "updatedAt"`;

const listed = summary.extend({ micros: z.coerce.number() });
/** Of a saga in the list: when it began, in microseconds since 1970, its name and its id. */
const place = guarded(z.tuple([z.int().min(0), z.string().max(500), z.string().max(500)]));
const places = pagesBy(place, () => new SagaCursorUnknown({ pointer: '/cursor' }));
const PLACE = `(timestamptz 'epoch' + $5::bigint * interval '1 microsecond')`;

/** What operators see of the sagas of one context. It changes nothing. */
export class SagaOverview {
  private readonly schema: string;

  constructor(
    private readonly name: string,
    private readonly database: Pick<ContextDatabase, 'query'>,
  ) {
    this.schema = quoted(name);
  }

  /** Sagas that fit the filter, the youngest first; `limit` is 1 to 100. */
  async list(filter: SagaFilter, limit: number): Promise<SagaSummary[]> {
    return (await this.page(filter, limit)).items;
  }

  /** The same, page by page; `cursor` is the `nextCursor` of one. Throws SagaCursorUnknown for what is none. */
  async page({ name, id, status }: SagaFilter, limit: number, cursor?: string): Promise<Page<SagaSummary>> {
    if (!Number.isInteger(limit) || limit < 1 || limit > 100)
      throw new RangeError(`limit must be 1 to 100, not ${limit}`);
    const after = places.after(cursor);
    const found = await this.database.query(
      listed,
      `SELECT ${SUMMARY}, (extract(epoch FROM created_at) * 1000000)::bigint AS micros
       FROM ${this.schema}.saga
       WHERE ($1::text IS NULL OR name = $1) AND ($2::text IS NULL OR id = $2) AND ($3::text IS NULL OR status = $3)
         AND ($5::bigint IS NULL OR created_at < ${PLACE} OR (created_at = ${PLACE} AND (name, id) > ($6, $7)))
       ORDER BY created_at DESC, name, id LIMIT $4`,
      [name ?? null, id ?? null, status ?? null, limit + 1, ...(after ?? [null, null, null])],
    );
    return places.cut(
      found,
      limit,
      ({ micros: _, ...saga }) => saga,
      (last) => [last.micros, last.name, last.id],
    );
  }

  /** Sagas of one correlation id and what happened to them; see sagaCauses. */
  causes(correlationId: string, limit: number): ReturnType<typeof sagaCauses> {
    return sagaCauses(this.name, this.database, correlationId, limit);
  }

  /** How many sagas there are, by name and status. */
  counts(): Promise<SagaCount[]> {
    return this.database.query(
      count,
      `SELECT name, status, count(*) AS count FROM ${this.schema}.saga GROUP BY name, status ORDER BY name, status`,
    );
  }

  /** What happened to one saga, oldest first, the newest 1,000 entries of it; empty when there is none. */
  timeline(name: string, id: string): Promise<SagaTimelineEntry[]> {
    const sql = `SELECT at, what, attempts, trouble, operator, reason FROM (
        SELECT * FROM ${this.schema}.saga_transition WHERE name = $1 AND id = $2 ORDER BY seq DESC LIMIT 1000) AS newest
      ORDER BY seq`;
    return this.database.query(timelineEntry, sql, [name, id]);
  }

  /** One saga with its timeline; undefined when there is none. */
  async find(name: string, id: string): Promise<SagaDetail | undefined> {
    const [found] = await this.database.query(
      instance,
      `SELECT ${SUMMARY}, version, holder, leased_until AS "leasedUntil", due_at AS "dueAt", deadline_at AS "deadlineAt", wait AS "waitsFor", waiting_since AS "waitingSince",
         wait_until AS "waitUntil", correlation_id AS "correlationId"
       FROM ${this.schema}.saga WHERE name = $1 AND id = $2`,
      [name, id],
    );
    return found === undefined ? undefined : { ...found, timeline: await this.timeline(name, id) };
  }
}
