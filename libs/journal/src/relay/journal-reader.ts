import type { Envelope } from '@isolith/contracts';
import { z } from 'zod';
import { onConnection, type PgClient, type PreparedStatement, prepared, quoted } from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';
import { eventMetadata } from '../unit/pending-event.js';

/** An event of a journal, with its place there. */
export interface RecordedEvent {
  readonly position: number;
  readonly envelope: Envelope;
}

/** What one read of a journal found. */
export interface JournalBatch {
  /** In the order of their positions. */
  readonly events: readonly RecordedEvent[];
  /** Everything up to here was looked at: the next read goes on from here. */
  readonly upTo: number;
  /** Whether a read that follows at once may find more. */
  readonly more: boolean;
  /** There may be more, and it can't be read while an older transaction is open. */
  readonly held?: true;
  /**
   * The journal's last position, when that is before the one read from: it was restored or reset, which nothing here
   * heals.
   */
  readonly resetTo?: number;
}

/** Events of one key, from behind one position up to another that a read has passed before. */
export interface KeyRange {
  readonly key: string;
  readonly after: number;
  readonly upTo: number;
}

/**
 * Reads the journal of one context in the order of its positions, for any number of readers at once.
 *
 * Implementers owe: no event that is or will be committed is ever passed over, although positions are drawn before
 * their transactions commit, in any order; an event that was committed before a read began is found by it, or the read
 * says that there may be more. Not their job: remembering how far anybody has read.
 */
export interface JournalReader {
  /** At most `limit` events of these types behind `position`. */
  readAfter(position: number, types: readonly string[], limit: number): Promise<JournalBatch>;
  /** At most `limit` events of one key. */
  readKey(range: KeyRange, types: readonly string[], limit: number): Promise<JournalBatch>;
  /** The highest position that has been drawn; 0 when none was. */
  end(): Promise<number>;
}

/**
 * Positions that one statement looks through, so that a long stretch without anything of interest is no long statement.
 */
const SPAN = 20_000;

/**
 * In SQL, of the sequence that a journal's positions are drawn from: the last that was drawn, 0 when none was. A
 * sequence that was never used reports its first value as its last.
 */
export const DRAWN = 'CASE WHEN is_called THEN last_value ELSE 0 END';

/** Positions fit a number: at a million events a second they do for 285 years. */
const position = z.coerce.number().int();

const row = z.object({
  position,
  type: z.string(),
  schema_version: z.int(),
  key: z.string(),
  data: z.unknown(),
  metadata: eventMetadata,
  recorded_at: z.date(),
});

const news = z.object({
  drawn: position,
  raised: z.string().nullable(),
  passed: z.boolean().nullable(),
  position: z.unknown(),
});

interface Look {
  readonly text: string;
  readonly after: number;
  readonly end: number;
  readonly types: readonly string[];
  readonly limit: number;
  readonly rest: readonly unknown[];
}

/** Every transaction that could still fill a position up to `end` has a lower id than `xid`. */
export interface Fence {
  readonly end: number;
  readonly xid: string;
}

/** What is behind `after`, where all up to `safe` is known to be there. */
export interface NewsQuery {
  readonly after: number;
  readonly safe: number;
  readonly types: readonly string[];
  readonly limit: number;
  /** One that an earlier look raised; without it a new one is raised if there is something new. */
  readonly fence?: Fence | undefined;
}

/**
 *   quiet   no position was drawn behind `safe` and `after`, so no fence was raised and no transaction id drawn; `end`
 *           is the last position
 *   passed  `end` is the fence's, and all there will ever be up to it can be seen
 *   held    not yet: an older transaction is open
 */
export type News =
  | { readonly state: 'quiet' | 'passed'; readonly end: number; readonly batch: JournalBatch }
  | { readonly state: 'held'; readonly fence: Fence };

/** The reads that readers are made of. */
export class JournalTable {
  private readonly source: string;
  // Without names: a session would keep plans of a journal that was small. What they cost is little beside a batch.
  private readonly select: string;
  private readonly selectKey: string;
  private readonly selectNews: PreparedStatement;
  private readonly drawn: PreparedStatement;

  constructor(private readonly journal: ContextJournal) {
    const schema = quoted(journal.schema);
    this.source = `/${journal.context}`;
    const columns = 'position, type, schema_version, key, data, metadata, recorded_at';
    this.drawn = prepared(`SELECT ${DRAWN} AS position FROM ${schema}.journal_position_seq`);
    const select = (condition: string): string => `SELECT ${columns} FROM ${schema}.journal
      WHERE position > $1 AND position <= $2 AND type = ANY($3::text[])${condition} ORDER BY position LIMIT $4`;
    this.selectNews = prepared(
      `SELECT drawn, raised, passed, ${columns} FROM ${schema}.journal_news($1, $2, $3, $4, $5, $6, $7)`,
    );
    this.select = select('');
    this.selectKey = select(' AND key = $5');
  }

  async use<T>(work: (client: PgClient) => Promise<T>): Promise<T> {
    return onConnection(await this.journal.dataSource(), work);
  }

  async end(client: PgClient): Promise<number> {
    const { rows } = await client.query<unknown>(this.drawn);
    return z.tuple([z.object({ position })]).parse(rows)[0].position;
  }

  /** Events behind `after`, up to `end`, which every transaction must have passed that could still fill a position. */
  between(
    client: PgClient,
    after: number,
    end: number,
    types: readonly string[],
    limit: number,
  ): Promise<JournalBatch> {
    return this.batch(client, { text: this.select, after, end, types, limit, rest: [] });
  }

  readKey({ key, after, upTo }: KeyRange, types: readonly string[], limit: number): Promise<JournalBatch> {
    return this.use((client) =>
      this.batch(client, { text: this.selectKey, after, end: upTo, types, limit, rest: [key] }),
    );
  }

  /**
   * Raises a fence or looks at one, and reads up to its end if it is passed: one statement, a transaction of its own.
   */
  async news(client: PgClient, { after, safe, types, limit, fence }: NewsQuery): Promise<News> {
    const { rows } = await client.query<unknown>({
      ...this.selectNews,
      values: [after, safe, types, SPAN, limit, fence?.end ?? null, fence?.xid ?? null],
    });
    const [first] = rows;
    const { drawn: end, raised, passed, position: found } = news.parse(first);
    if (passed === false && raised !== null) return { state: 'held', fence: { end, xid: raised } };
    const events = found === null ? [] : rows.map((row) => this.recorded(row));
    return { state: passed === true ? 'passed' : 'quiet', end, batch: batchOf(events, after, end, limit) };
  }

  private async batch(client: PgClient, { text, after, end, types, limit, rest }: Look): Promise<JournalBatch> {
    const { rows } = await client.query<unknown>({
      text,
      values: [after, Math.min(end, after + SPAN), types, limit, ...rest],
    });
    return batchOf(
      rows.map((found) => this.recorded(found)),
      after,
      end,
      limit,
    );
  }

  private recorded(found: unknown): RecordedEvent {
    const { position, type, schema_version, key, data, metadata, recorded_at } = row.parse(found);
    const { id, correlationid, causationid, traceparent, principal } = metadata;
    const { user, ...speaker } = principal;
    const envelope: Envelope = {
      specversion: '1.0',
      id,
      source: this.source,
      type,
      time: recorded_at.toISOString(),
      subject: key,
      kind: 'event',
      schemaversion: schema_version,
      correlationid,
      principal: user === undefined ? speaker : { ...speaker, user },
      ...(causationid === undefined ? {} : { causationid }),
      ...(traceparent === undefined ? {} : { traceparent }),
      data,
    };
    return { position, envelope };
  }
}

/** A position behind the last one that was drawn can't have been read. */
const resetAt = (end: number, after: number): { readonly resetTo?: number } => (end < after ? { resetTo: end } : {});

/** What one statement found between `after` and `end`, as far as it looked. */
function batchOf(events: readonly RecordedEvent[], after: number, end: number, limit: number): JournalBatch {
  if (end <= after) return { events, upTo: after, more: false, ...resetAt(end, after) };
  const last = events.at(-1);
  const upTo = last !== undefined && events.length === limit ? last.position : Math.min(end, after + SPAN);
  return { events, upTo, more: upTo < end };
}

/**
 * For a database with a single session (PGlite): while it reads no transaction is open, so what has been drawn has been
 * committed or rolled back.
 */
export class SingleSessionReader implements JournalReader {
  private readonly table: JournalTable;

  constructor(journal: ContextJournal) {
    this.table = new JournalTable(journal);
  }

  readAfter(after: number, types: readonly string[], limit: number): Promise<JournalBatch> {
    return this.table.use(async (client) => {
      const end = await this.table.end(client);
      return end <= after
        ? { events: [], upTo: after, more: false, ...resetAt(end, after) }
        : this.table.between(client, after, end, types, limit);
    });
  }

  readKey(range: KeyRange, types: readonly string[], limit: number): Promise<JournalBatch> {
    return this.table.readKey(range, types, limit);
  }

  end(): Promise<number> {
    return this.table.use((client) => this.table.end(client));
  }
}
