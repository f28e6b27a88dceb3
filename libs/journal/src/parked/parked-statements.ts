import { prepared, quoted, type PreparedStatement } from '@isolith/postgres/internal';

/** The SQL around parked messages, once per schema. */
export interface ParkedStatements {
  /**
   * $1 subscription, $2 message id, $3 days. Counts one more failure unless the message is handled; yields the count,
   * and whether the first was longer ago.
   */
  readonly countFailure: PreparedStatement;
  /**
   * $1 subscription, $2 message id, $3 days. Counts nothing; yields whether the first failure, or the first of these,
   * was longer ago.
   */
  readonly noteOutage: PreparedStatement;
  /** $1 subscription, $2 message id. */
  readonly forgetFailures: PreparedStatement;
  /** $1..$5 message: it joins the sequence of its key, if there is one. Yields whether there is. */
  readonly join: PreparedStatement;
  /**
   * $1 subscription, $2 key: the sequence exists afterwards, and nobody clears it before the end of the transaction.
   */
  readonly begin: PreparedStatement;
  /** $1..$9 message: the last of its sequence, unless it is handled or parked already. */
  readonly park: PreparedStatement;
  /** $1 subscription, $2 key: nobody joins or clears before the end of the transaction. */
  readonly lock: PreparedStatement;
  /** $1 subscription, $2 key, $3 message id; after `lock`. With its last message the sequence goes too. */
  readonly remove: PreparedStatement;
  /** $1 subscription, $2 key; after `lock`. */
  readonly clearIfEmpty: PreparedStatement;
}

const known = new Map<string, ParkedStatements>();

/** The statements of one schema. Their number is bounded by the number of contexts in the host. */
export function parkedStatementsOf(schema: string): ParkedStatements {
  let statements = known.get(schema);
  if (statements === undefined) known.set(schema, (statements = compile(quoted(schema))));
  return statements;
}

/** Rows that were begun so long ago belong to events that ended elsewhere: nobody waits for half as long. */
const FORGOTTEN_AFTER = '30 days';

const SEQUENCE = 'subscription = $1 AND key = $2';

function compile(schema: string): ParkedStatements {
  // The time of a row is that of its first failure or outage.
  const isOverdue = `failed_at < now() - $3::float8 * interval '1 day'`;
  const isHandled = (id: string): string =>
    `EXISTS (SELECT FROM ${schema}.inbox WHERE consumer = $1 AND message_id = ${id})`;
  return {
    countFailure: prepared(`
      WITH forgotten AS (
        DELETE FROM ${schema}.failing_event WHERE failed_at < now() - interval '${FORGOTTEN_AFTER}' AND (subscription, message_id) <> ($1, $2)
      )
      INSERT INTO ${schema}.failing_event AS known (subscription, message_id, attempts) SELECT $1, $2, 1 WHERE NOT ${isHandled('$2')}
      ON CONFLICT (subscription, message_id) DO UPDATE SET attempts = known.attempts + 1 RETURNING attempts, known.${isOverdue} AS overdue`),
    // Written once however long it lasts: the row that it waits for again and again is only read.
    noteOutage: prepared(`
      WITH begun AS (
        INSERT INTO ${schema}.failing_event (subscription, message_id, attempts)
        SELECT $1, $2, 0 WHERE NOT EXISTS (SELECT FROM ${schema}.failing_event WHERE subscription = $1 AND message_id = $2) AND NOT ${isHandled('$2')}
        ON CONFLICT (subscription, message_id) DO NOTHING
      )
      SELECT EXISTS (SELECT FROM ${schema}.failing_event WHERE subscription = $1 AND message_id = $2 AND ${isOverdue}) AS overdue`),
    forgetFailures: prepared(`DELETE FROM ${schema}.failing_event WHERE subscription = $1 AND message_id = $2`),
    join: prepared(`
      WITH sequence AS (SELECT FROM ${schema}.parked_sequence WHERE ${SEQUENCE} FOR KEY SHARE),
      joined AS (
        INSERT INTO ${schema}.parked_message (subscription, key, message_id, type, envelope, attempts)
        SELECT $1, $2, $3, $4, $5::json, 0 FROM sequence ON CONFLICT (subscription, message_id) DO NOTHING
      )
      SELECT EXISTS (SELECT FROM sequence) AS joined`),
    // The update changes nothing: it waits for whoever clears the sequence, and keeps the next one waiting.
    begin: prepared(`
      INSERT INTO ${schema}.parked_sequence AS known (subscription, key) VALUES ($1, $2)
      ON CONFLICT (subscription, key) DO UPDATE SET parked_at = known.parked_at`),
    park: prepared(`
      INSERT INTO ${schema}.parked_message (subscription, key, message_id, type, envelope, raw, attempts, problem_type, problem_detail)
      SELECT $1, $2, $3, $4, $5::json, $6::bytea, $7, $8, $9 WHERE NOT ${isHandled('$3')} ON CONFLICT (subscription, message_id) DO NOTHING`),
    lock: prepared(`SELECT FROM ${schema}.parked_sequence WHERE ${SEQUENCE} FOR UPDATE`),
    remove: prepared(`
      WITH gone AS (DELETE FROM ${schema}.parked_message WHERE subscription = $1 AND message_id = $3)
      DELETE FROM ${schema}.parked_sequence WHERE ${SEQUENCE}
        AND NOT EXISTS (SELECT FROM ${schema}.parked_message WHERE ${SEQUENCE} AND message_id <> $3)`),
    clearIfEmpty: prepared(`
      DELETE FROM ${schema}.parked_sequence WHERE ${SEQUENCE} AND NOT EXISTS (SELECT FROM ${schema}.parked_message WHERE ${SEQUENCE})`),
  };
}
