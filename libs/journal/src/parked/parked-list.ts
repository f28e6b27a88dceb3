import type { Envelope, EventContract } from '@isolith/contracts';
import { z } from 'zod';
import { onConnection } from '../connection.js';
import type { ContextJournal } from '../context-journal.js';
import { quoted } from '../statements.js';
import { shownData } from './masked.js';
import { entryColumns, entryOf, entryRow, wholeRow, type ParkedEntry, type ParkedFilter } from './parked-entry.js';

export interface ParkedPage {
  readonly items: readonly ParkedEntry[];
  /** Where the next page begins; absent on the last one. */
  readonly nextCursor?: string;
}

/** A parked message with what it carries, as far as that may be shown. */
export interface ParkedWhole extends ParkedEntry {
  /** Of its data as JSON, or of the bytes that can't be read. */
  readonly bytes: number;
  /** Absent for bytes that can't be read. */
  readonly envelope?: Pick<
    Envelope,
    'id' | 'source' | 'time' | 'schemaversion' | 'correlationid' | 'causationid' | 'traceparent'
  >;
  /** Personal fields are masked; absent when hidden. */
  readonly data?: unknown;
  /** Why the data is not shown. */
  readonly hidden?: string;
}

export interface ParkedCount {
  readonly subscription: string;
  readonly sequences: number;
  readonly messages: number;
}

const countRow = z.object({ subscription: z.string(), sequences: z.int(), messages: z.int() });

const lastRow = z.tuple([z.object({ last: z.coerce.bigint() })]);

/** Of a message in its context. */
const POSITION = /^\d{1,18}$/;

/** Reads what is parked in one context. */
export class ParkedList {
  private readonly table: string;
  private readonly select: string;

  constructor(private readonly journal: ContextJournal) {
    this.table = `${quoted(journal.schema)}.parked_message`;
    this.select = `SELECT ${entryColumns(this.table)} FROM ${this.table} m
      WHERE m.position > $1 AND ($2::text IS NULL OR m.subscription = $2) AND ($3::text IS NULL OR m.key = $3)
        AND ($4::text IS NULL OR m.type = $4) AND ($5::text IS NULL OR m.problem_type = $5)
        AND ($3::text IS NOT NULL OR NOT EXISTS (
          SELECT FROM ${this.table} e WHERE e.subscription = m.subscription AND e.key = m.key AND e.position < m.position))
      ORDER BY m.position LIMIT $6`;
  }

  async page({ subscription, key, type, problem }: ParkedFilter, limit: number, cursor = '0'): Promise<ParkedPage> {
    if (!Number.isInteger(limit) || limit < 1 || limit > 100)
      throw new RangeError(`limit must be 1 to 100, not ${limit}`);
    if (!POSITION.test(cursor)) throw new RangeError('cursor must be the nextCursor of a page');
    const values = [cursor, subscription ?? null, key ?? null, type ?? null, problem ?? null, limit + 1];
    const found = z
      .array(entryRow)
      .parse(await this.query(this.select, values))
      .map(entryOf);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return found.length > limit && last !== undefined ? { items, nextCursor: last.id } : { items };
  }

  async whole(id: string, contractOf: (type: string) => EventContract | undefined): Promise<ParkedWhole | undefined> {
    if (!POSITION.test(id)) return undefined;
    const select = `SELECT ${entryColumns(this.table)}, m.envelope, coalesce(octet_length(m.raw), octet_length((m.envelope->'data')::text), 0) AS bytes
      FROM ${this.table} m WHERE m.position = $1`;
    const [row] = z.array(wholeRow).parse(await this.query(select, [id]));
    if (row === undefined) return undefined;
    const { envelope, bytes } = row;
    if (envelope === null) return { ...entryOf(row), bytes, hidden: 'these bytes are no envelope of a known sender' };
    const { id: messageId, source, time, schemaversion, correlationid, causationid, traceparent } = envelope;
    const attributes = {
      id: messageId,
      source,
      time,
      schemaversion,
      correlationid,
      ...(causationid === undefined ? {} : { causationid }),
      ...(traceparent === undefined ? {} : { traceparent }),
    };
    return { ...entryOf(row), bytes, envelope: attributes, ...shownData(envelope, contractOf(envelope.type)) };
  }

  /** The last position that is taken; 0 when nothing is parked. */
  async last(): Promise<bigint> {
    const rows = await this.query(`SELECT coalesce(max(position), 0)::text AS last FROM ${this.table}`, []);
    return lastRow.parse(rows)[0].last;
  }

  async counts(): Promise<readonly ParkedCount[]> {
    const select = `SELECT subscription, count(DISTINCT key)::int AS sequences, count(*)::int AS messages FROM ${this.table} GROUP BY subscription ORDER BY subscription`;
    return z.array(countRow).parse(await this.query(select, []));
  }

  private async query(text: string, values: readonly unknown[]): Promise<unknown[]> {
    return (await onConnection(await this.journal.dataSource(), (client) => client.query<unknown>({ text, values })))
      .rows;
  }
}
