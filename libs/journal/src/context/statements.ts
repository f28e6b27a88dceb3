import { prepared, type PreparedStatement, quoted } from '@isolith/postgres/internal';

/** The SQL of the hot paths, in one place, once per schema. */
export interface Statements {
  /** $1..$4 inbox row, $5 rows of the journal as a JSON array: inbox and journal in one statement. */
  readonly completeAndAppend: PreparedStatement;
  /** $1..$4 inbox row, $5..$11 one row of the journal. */
  readonly completeAndAppendOne: PreparedStatement;
  /** $1 rows of the journal as a JSON array, each an array in the order of JOURNAL_COLUMNS. */
  readonly append: PreparedStatement;
  /** $1..$7 one row of the journal. */
  readonly appendOne: PreparedStatement;
  /** $1..$4 inbox row; a row that is there already is a unique violation. */
  readonly complete: PreparedStatement;
  /** $1..$4 inbox row, unless there is one already. */
  readonly completeOnce: PreparedStatement;
  /** $1 consumer, $2 message id. */
  readonly findHandled: PreparedStatement;
  /**
   * $1 subscription, $2 message id, $3 key: whether it was handled, whether its key is parked, how often it has failed
   * (null: never, and no outage).
   */
  readonly findEvent: PreparedStatement;
  /**
   * $1 consumer, $2 message id: waits until nobody else is ending the message; a unique violation when that is done.
   */
  readonly awaitTurn: PreparedStatement;
}

/** What an append writes of a row. */
const JOURNAL_COLUMNS = ['stream', 'version', 'type', 'schema_version', 'key', 'data', 'metadata'] as const;

/** Names by which the database reports what a unit ran into. */
export const INBOX_KEY = 'inbox_pkey';
export const STREAM_VERSION_KEY = 'journal_stream_version';

const known = new Map<string, Statements>();

/** The statements of one schema. Their number is bounded by the number of contexts in the host. */
export function statementsOf(schema: string): Statements {
  let statements = known.get(schema);
  if (statements === undefined) known.set(schema, (statements = compile(schema)));
  return statements;
}

function compile(schemaName: string): Statements {
  const schema = quoted(schemaName);
  const inbox = `INSERT INTO ${schema}.inbox (consumer, message_id, digest, outcome) VALUES ($1, $2, $3, $4::jsonb)`;
  return {
    completeAndAppend: prepared(`WITH handled AS (${inbox}) ${appendFrom(schema, 5)}`),
    completeAndAppendOne: prepared(`WITH handled AS (${inbox}) ${appendOneFrom(schema, 5)}`),
    append: prepared(appendFrom(schema, 1)),
    appendOne: prepared(appendOneFrom(schema, 1)),
    complete: prepared(inbox),
    completeOnce: prepared(`${inbox} ON CONFLICT (consumer, message_id) DO NOTHING`),
    findHandled: prepared(`SELECT digest, outcome FROM ${schema}.inbox WHERE consumer = $1 AND message_id = $2`),
    findEvent: prepared(`SELECT
      EXISTS (SELECT FROM ${schema}.inbox WHERE consumer = $1 AND message_id = $2) AS handled,
      EXISTS (SELECT FROM ${schema}.parked_sequence WHERE subscription = $1 AND key = $3) AS parked,
      (SELECT attempts FROM ${schema}.failing_event WHERE subscription = $1 AND message_id = $2) AS attempts`),
    awaitTurn: prepared(`SELECT ${schema}.inbox_turn($1, $2)`),
  };
}

/**
 * Positions are drawn in the order of the array. The transaction id is taken before the first position is drawn: a
 * reader that has seen a position in the sequence can then wait for every transaction that could still fill it.
 *
 * One document and not an array per column: that is 0.7 of the time, here and on the server, which reads each row's
 * texts once.
 */
function appendFrom(schema: string, parameter: number): string {
  return `INSERT INTO ${schema}.journal (${JOURNAL_COLUMNS.join(', ')})
    SELECT row->>0, (row->>1)::int, row->>2, (row->>3)::int, row->>4, row->5, row->6
    FROM jsonb_array_elements($${parameter}::jsonb) WITH ORDINALITY AS rows (row, nth)
    WHERE pg_current_xact_id() IS NOT NULL
    ORDER BY nth`;
}

/** The same for one row: most units record one event, and that is .75 of the server's time. */
function appendOneFrom(schema: string, first: number): string {
  const [stream, version, type, schemaVersion, key, data, metadata] = JOURNAL_COLUMNS.map(
    (_, index) => `$${first + index}`,
  );
  return `INSERT INTO ${schema}.journal (${JOURNAL_COLUMNS.join(', ')})
    SELECT ${stream}::text, ${version}::int, ${type}::text, ${schemaVersion}::int, ${key}::text, ${data}::jsonb, ${metadata}::jsonb
    WHERE pg_current_xact_id() IS NOT NULL`;
}
