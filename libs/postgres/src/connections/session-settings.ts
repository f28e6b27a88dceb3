import type { ClientBase } from 'pg';

/** Milliseconds. */
export const SESSION_LIMITS = {
  statement_timeout: 30_000,
  lock_timeout: 10_000,
  /**
   * No unit of work waits for anything but its database. One of a process that stands still holds back the readers of
   * every journal, and its locks, for so long: no longer than a broker needs to give what that process had to others.
   */
  idle_in_transaction_session_timeout: 10_000,
} as const;

/**
 * What statements and the reading of their answers rest on. A server, a database, a role, or the environment of this
 * process may say otherwise for every session that does not ask for something itself.
 */
export const PINNED = {
  // How values are spelt and read.
  client_encoding: 'UTF8',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  timezone_abbreviations: 'Default',
  bytea_output: 'hex',
  extra_float_digits: '1',
  array_nulls: 'on',
  xmlbinary: 'base64',
  xmloption: 'content',
  lc_monetary: 'C',
  lc_numeric: 'C',
  lc_time: 'C',
  // What a statement means.
  standard_conforming_strings: 'on',
  backslash_quote: 'safe_encoding',
  transform_null_equals: 'off',
  quote_all_identifiers: 'off',
  // Never a schema that is called like the role.
  search_path: 'public',
  row_security: 'on',
  default_text_search_config: 'pg_catalog.simple',
  gin_fuzzy_search_limit: '0',
  // What a transaction promises. Not whether it may write: that is how people stop the writes of a database that they
  // move.
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  // What ends a session, or fills it with talk.
  exit_on_error: 'off',
  client_min_messages: 'warning',
} as const;

/** The same, of settings that not every version of the server knows. */
const PINNED_IF_KNOWN = {
  idle_session_timeout: '0',
  transaction_timeout: '0',
  restrict_nonsystem_relation_kind: '',
} as const;

/**
 * Statements that are sent as one, so they cost a new session one round trip. Not in the startup message: a pooler in
 * between refuses a connection for settings that it doesn't know. The limits come first, since the server may have
 * given each statement a millisecond.
 */
function pinning(limits: boolean): string {
  const settings = { ...(limits ? SESSION_LIMITS : {}), ...PINNED };
  const optional = Object.entries(PINNED_IF_KNOWN).map(([name, value]) => `('${name}', '${value}')`);
  return [
    ...Object.entries(settings).map(([name, value]) => `SET ${name} = '${value}'`),
    `SELECT pg_catalog.set_config(name, value, false) FROM (VALUES ${optional.join(', ')}) AS optional (name, value) WHERE pg_catalog.current_setting(name, true) IS NOT NULL`,
  ].join('; ');
}

const OF_SERVER = pinning(true);
const OF_EMBEDDED = pinning(false);

/**
 * Makes a session one like all others, whatever it was told at its start. `limits`: its statements have to end in time.
 */
export async function pinSession(client: Pick<ClientBase, 'query'>, limits: boolean): Promise<void> {
  await client.query(limits ? OF_SERVER : OF_EMBEDDED);
}

/**
 * Undoes what a session was set to for a while. In between it has the settings that the server would give it, for no
 * statement of anybody.
 */
export async function resetSession(client: Pick<ClientBase, 'query'>, limits: boolean): Promise<void> {
  await client.query(`RESET ALL; ${limits ? OF_SERVER : OF_EMBEDDED}`);
}
