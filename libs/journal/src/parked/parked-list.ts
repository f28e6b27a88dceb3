import { jsonSchemaOf, type Envelope, type EventContract, type JsonSchema } from '@isolith/contracts';
import { z } from 'zod';
import { onConnection, quoted } from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';
import { readFields, shownData } from './masked.js';
import { entryColumns, entryOf, entryRow, wholeRow, type ParkedEntry, type ParkedFilter } from './parked-entry.js';

/** A part of the list of parked messages, the oldest first. */
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
  /** What its data has to be like to be edited: today's version of its contract. Absent where that is unknown here. */
  readonly schema?: JsonSchema;
  /** Who has last given it other data, and why; `at` is RFC 3339. */
  readonly edited?: { readonly at: string; readonly by: string; readonly reason: string };
}

/** How much of one subscription is parked: keys, and messages of all of them. */
export interface ParkedCount {
  readonly subscription: string;
  readonly sequences: number;
  readonly messages: number;
}

const countRow = z.object({ subscription: z.string(), sequences: z.int(), messages: z.int() });

const lastRow = z.tuple([z.object({ last: z.coerce.bigint() })]);

function editOf({ edited_at, edited_by, edited_reason }: z.output<typeof wholeRow>): Pick<ParkedWhole, 'edited'> {
  if (edited_at === null || edited_by === null || edited_reason === null) return {};
  return { edited: { at: edited_at.toISOString(), by: edited_by, reason: edited_reason } };
}

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
    const select = `SELECT ${entryColumns(this.table)}, m.envelope, m.edited_at, m.edited_by, m.edited_reason,
        coalesce(octet_length(m.raw), octet_length((m.envelope->'data')::text), 0) AS bytes
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
    const contract = contractOf(envelope.type);
    const { known } = readFields(envelope, contract);
    return {
      ...entryOf(row),
      bytes,
      envelope: attributes,
      ...shownData(envelope, contract),
      ...(known === undefined ? {} : { schema: jsonSchemaOf(known.input) }),
      ...editOf(row),
    };
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
