import { z } from 'zod';
import { onConnection, quoted } from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';
import { eventMetadata, type EventMetadata } from '../unit/pending-event.js';

/** An event as a journal keeps it, unread: its data may be of a former version of its contract. */
export interface RecordedEvent {
  readonly position: number;
  /** Of an event of an event-sourced stream. */
  readonly stream?: string;
  readonly version?: number;
  readonly type: string;
  readonly schema_version: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: EventMetadata;
  /** RFC 3339. */
  readonly at: string;
}

/** Which events; what is absent may be anything. */
export interface HistoryFilter {
  readonly type?: string | undefined;
  readonly stream?: string | undefined;
}

/** A part of what was recorded; one with a `nextCursor` may have fewer events than were asked for, even none. */
export interface HistoryPage {
  readonly items: readonly RecordedEvent[];
  /** Where the next page begins; absent on the last one. */
  readonly nextCursor?: string;
}

const row = z.object({
  position: z.coerce.number().int(),
  stream: z.string().nullable(),
  version: z.int().nullable(),
  type: z.string(),
  schema_version: z.int(),
  data: z.record(z.string(), z.unknown()),
  metadata: eventMetadata,
  recorded_at: z.date(),
});
const ends = z.tuple([z.object({ first: z.coerce.number(), last: z.coerce.number() })]);
const versions = z.tuple([z.object({ top: z.int() })]);
const COLUMNS = 'position, stream, version, type, schema_version, data, metadata, recorded_at';
const CURSOR = /^\d{1,15}$/;

/** No index knows the types, so one page looks for a type among so many positions and says where to go on. */
const SPAN = 50_000;

/**
 * What one context has recorded, for people. Every read is by an index and bounded. It shows what is committed: an
 * event whose unit was slower may appear behind others that were seen before it.
 */
export class JournalHistory {
  private readonly table: string;

  constructor(
    private readonly journal: Pick<ContextJournal, 'schema' | 'dataSource'>,
    private readonly span = SPAN,
  ) {
    this.table = `${quoted(journal.schema)}.journal`;
  }

  /**
   * The newest first. `limit` is 1 to 100 and `cursor` the `nextCursor` of a page; a RangeError for others.
   */
  async newest({ type, stream }: HistoryFilter, limit: number, cursor?: string): Promise<HistoryPage> {
    const before = checked(limit, cursor);
    if (stream !== undefined) return this.newestOfStream(stream, type, limit, before);
    const [{ first, last }] = ends.parse(
      await this.query(
        `SELECT coalesce(min(position), 1) AS first, coalesce(max(position), 0) AS last FROM ${this.table}`,
      ),
    );
    const below = Math.min(before ?? last + 1, last + 1);
    const from = type === undefined ? first : Math.max(first, below - this.span);
    const items = await this.events(
      `SELECT ${COLUMNS} FROM ${this.table} WHERE position < $1 AND position >= $2 AND ($3::text IS NULL OR type = $3)
       ORDER BY position DESC LIMIT $4`,
      [below, from, type ?? null, limit],
    );
    const end = items.at(-1);
    const next = items.length === limit && end !== undefined ? end.position : from;
    return next > first ? { items, nextCursor: String(next) } : { items };
  }

  /** One stream, the oldest first, behind a version. `limit` is 1 to 500, a RangeError for others. */
  async ofStream(stream: string, behind: number, limit: number): Promise<readonly RecordedEvent[]> {
    if (!Number.isInteger(limit) || limit < 1 || limit > 500)
      throw new RangeError(`limit must be 1 to 500, not ${limit}`);
    return this.events(
      `SELECT ${COLUMNS} FROM ${this.table} WHERE stream = $1 AND version > $2 ORDER BY version LIMIT $3`,
      [stream, behind, limit],
    );
  }

  private async newestOfStream(
    stream: string,
    type: string | undefined,
    limit: number,
    before: number | undefined,
  ): Promise<HistoryPage> {
    // Within a stream positions rise as versions do, and its index has the versions.
    const [{ top }] = versions.parse(
      await this.query(
        `SELECT coalesce((SELECT version FROM ${this.table} WHERE position = $2 AND stream = $1),
           (SELECT max(version) + 1 FROM ${this.table} WHERE stream = $1 AND ($2::bigint IS NULL OR position < $2)), 1) AS top`,
        [stream, before ?? null],
      ),
    );
    const from = Math.max(1, top - this.span);
    const items = await this.events(
      `SELECT ${COLUMNS} FROM ${this.table} WHERE stream = $1 AND version < $2 AND version >= $3
         AND ($4::text IS NULL OR type = $4) ORDER BY version DESC LIMIT $5`,
      [stream, top, from, type ?? null, limit],
    );
    const end = items.length === limit ? items.at(-1) : (await this.ofStream(stream, from - 1, 1))[0];
    return end === undefined || end.version === 1 ? { items } : { items, nextCursor: String(end.position) };
  }

  private async events(text: string, values: readonly unknown[]): Promise<RecordedEvent[]> {
    return z
      .array(row)
      .parse(await this.query(text, values))
      .map(recordedOf);
  }

  private async query(text: string, values: readonly unknown[] = []): Promise<unknown[]> {
    return (await onConnection(await this.journal.dataSource(), (client) => client.query<unknown>({ text, values })))
      .rows;
  }
}

function checked(limit: number, cursor: string | undefined): number | undefined {
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw new RangeError(`limit must be 1 to 100, not ${limit}`);
  if (cursor !== undefined && !CURSOR.test(cursor)) throw new RangeError('cursor must be the nextCursor of a page');
  return cursor === undefined ? undefined : Number(cursor);
}

const recordedOf = ({ stream, version, recorded_at, ...event }: z.output<typeof row>): RecordedEvent => ({
  ...event,
  ...(stream === null || version === null ? {} : { stream, version }),
  at: recorded_at.toISOString(),
});
