import { prepared, quoted, type PreparedStatement } from '@isolith/postgres/internal';

/** How long a replay is safe from another one between two of its messages. */
const LEASE = "interval '60 seconds'";

/** The SQL of replays, once per schema. */
export interface ReplayStatements {
  /** $1 subscription, $2 key, $3 token: the sequence is this replay's, unless somebody else holds it. */
  readonly claim: PreparedStatement;
  /** $1 subscription, $2 key. */
  readonly exists: PreparedStatement;
  /**
   * $1 subscription, $2 key, $3 token: the first message, for another lease; no row without the sequence or the claim.
   */
  readonly next: PreparedStatement;
  readonly release: PreparedStatement;
  /** $1 subscription, $2 message id, $3 problem type, $4 problem detail: one more attempt, and how it ended. */
  readonly failed: PreparedStatement;
  /** $1 subscription, $2 key: how many messages are left. */
  readonly left: PreparedStatement;
}

const known = new Map<string, ReplayStatements>();

/** The statements of one schema. Their number is bounded by the number of contexts in the host. */
export function replayStatementsOf(schema: string): ReplayStatements {
  let statements = known.get(schema);
  if (statements === undefined) known.set(schema, (statements = compile(quoted(schema))));
  return statements;
}

const SEQUENCE = 'subscription = $1 AND key = $2';

function compile(schema: string): ReplayStatements {
  const sequences = `${schema}.parked_sequence`;
  const messages = `${schema}.parked_message`;
  return {
    claim: prepared(`UPDATE ${sequences} SET replayed_by = $3, leased_until = now() + ${LEASE}
      WHERE ${SEQUENCE} AND (leased_until IS NULL OR leased_until < now())`),
    exists: prepared(`SELECT FROM ${sequences} WHERE ${SEQUENCE}`),
    next: prepared(`
      WITH held AS (UPDATE ${sequences} SET leased_until = now() + ${LEASE} WHERE ${SEQUENCE} AND replayed_by = $3 RETURNING subscription, key)
      SELECT m.position, m.message_id, m.envelope FROM held
      JOIN LATERAL (SELECT * FROM ${messages} WHERE subscription = held.subscription AND key = held.key ORDER BY position LIMIT 1) m ON true`),
    release: prepared(
      `UPDATE ${sequences} SET replayed_by = NULL, leased_until = NULL WHERE ${SEQUENCE} AND replayed_by = $3`,
    ),
    failed: prepared(
      `UPDATE ${messages} SET attempts = attempts + 1, problem_type = $3, problem_detail = $4 WHERE subscription = $1 AND message_id = $2`,
    ),
    left: prepared(`SELECT count(*)::int AS left FROM ${messages} WHERE ${SEQUENCE}`),
  };
}
