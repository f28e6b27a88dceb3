import type { Checkout } from '../connections/connection-source.js';
import { z } from 'zod';
import { PINNED, SESSION_LIMITS } from '../connections/session-settings.js';

/** Older ones lack what the journal reads by, or were never tried. */
export const OLDEST_SERVER = 15;

/** What a server says about itself and about the session that asks. */
export interface ServerFacts {
  readonly version: number;
  /** As people write it: 15.14. */
  readonly release: string;
  readonly encoding: string;
  readonly database: string;
  readonly role: string;
  readonly superuser: boolean;
  /** It follows a primary. */
  readonly standby: boolean;
  /** A transaction that doesn't ask for it can't write. */
  readonly readOnly: boolean;
  /** Settings that this session is to have and does not have, with what it has. */
  readonly notPinned: readonly string[];
  /** `replica`: triggers and foreign keys rest. */
  readonly replicationRole: string;
  /** Settings by which a commit can be lost although it was confirmed. */
  readonly lossy: readonly string[];
  /** Functions that the role may not call. */
  readonly withheld: readonly string[];
  /** Of the database's texts: what its indexes were sorted by, and what sorts now; undefined when they are the same. */
  readonly collation: { readonly before: string; readonly now: string } | undefined;
  /**
   * How far this host's clock is ahead of the server's, in milliseconds; behind when negative. As exact as the round
   * trip is short.
   */
  readonly clockAheadMs: number;
  /** Why statements go to it one by one, in a clause; undefined where they go grouped. */
  readonly singly: string | undefined;
}

const FUNCTIONS = [
  'pg_advisory_lock(bigint)',
  'pg_advisory_lock_shared(bigint)',
  'pg_advisory_unlock_all()',
  'pg_current_snapshot()',
  'pg_current_xact_id()',
  'pg_notify(text,text)',
  'pg_snapshot_xmin(pg_snapshot)',
  'set_config(text,text,boolean)',
];

const versionRow = z.tuple([z.object({ number: z.coerce.number().int(), release: z.string() })]);
const factsRow = z.tuple([
  z.object({
    encoding: z.string(),
    database: z.string(),
    role: z.string(),
    superuser: z.boolean(),
    standby: z.boolean(),
    read_only: z.boolean(),
    replication_role: z.string(),
    withheld: z.array(z.string()),
    sorted_by: z.string().nullable(),
    sorts: z.string().nullable(),
    now: z.coerce.number(),
  }),
]);
const settingRow = z.object({ name: z.string(), value: z.string() });

const LOSSY = ['fsync', 'full_page_writes', 'synchronous_commit'];

type Settings = Readonly<Record<string, string | number>>;

/** What a session of ours was given. */
export const GIVEN: Settings = { ...PINNED, ...SESSION_LIMITS };

/** What units of work need of a session that somebody else has set up. */
export const NEEDED: Settings = {
  client_encoding: 'UTF8',
  DateStyle: 'ISO',
  standard_conforming_strings: 'on',
  transform_null_equals: 'off',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
};

/** Asks a session that is to have these settings. Of a server that is too old only the version is asked. */
export async function factsOf(
  { client, statements }: Pick<Checkout, 'client' | 'statements'>,
  expected: Settings,
): Promise<ServerFacts | { readonly tooOld: string }> {
  const ask = async (text: string, values: readonly unknown[] = []): Promise<unknown[]> =>
    (await client.query<Record<string, unknown>>(text, [...values])).rows;
  const [{ number, release }] = versionRow.parse(
    await ask(
      `SELECT current_setting('server_version_num') AS number, split_part(current_setting('server_version'), ' ', 1) AS release`,
    ),
  );
  const version = Math.floor(number / 10_000);
  if (version < OLDEST_SERVER) return { tooOld: release };
  const asked = Date.now();
  const [row] = factsRow.parse(
    await ask(
      `SELECT current_setting('server_encoding') AS encoding, current_database() AS database, current_user AS role,
         (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
         pg_is_in_recovery() AS standby, current_setting('transaction_read_only')::boolean AS read_only,
         current_setting('session_replication_role') AS replication_role,
         ARRAY(SELECT f FROM unnest($1::text[]) AS f WHERE has_function_privilege(f, 'EXECUTE') IS NOT TRUE) AS withheld,
         d.datcollversion AS sorted_by, pg_database_collation_actual_version(d.oid) AS sorts,
         extract(epoch FROM clock_timestamp()) * 1000 AS now
       FROM pg_database d WHERE d.datname = current_database()`,
      [FUNCTIONS],
    ),
  );
  const answered = Date.now();
  const wanted = new Map(Object.entries(expected).map(([name, value]) => [name.toLowerCase(), String(value)]));
  const settings = z
    .array(settingRow)
    .parse(
      await ask(`SELECT name, setting AS value FROM pg_settings WHERE lower(name) = ANY($1::text[])`, [
        [...wanted.keys(), ...LOSSY],
      ]),
    );
  const { sorted_by: before, sorts: now } = row;
  return {
    version,
    release,
    encoding: row.encoding,
    database: row.database,
    role: row.role,
    superuser: row.superuser,
    standby: row.standby,
    readOnly: row.read_only,
    replicationRole: row.replication_role,
    withheld: row.withheld,
    notPinned: settings
      .filter(({ name, value }) => !isAsWanted(wanted.get(name.toLowerCase()), value))
      .map(({ name, value }) => `${name} = ${value}`),
    lossy: settings
      .filter(({ name, value }) => LOSSY.includes(name) && value === 'off')
      .map(({ name, value }) => `${name} = ${value}`),
    collation: before === null || now === null || before === now ? undefined : { before, now },
    clockAheadMs: Math.round((asked + answered) / 2 - row.now),
    singly: statements.singly,
  };
}

/** Of a style of dates `ISO` alone says how they are written; what follows says how they are read. */
const isAsWanted = (wanted: string | undefined, value: string): boolean =>
  wanted === undefined || wanted === value || (wanted === 'ISO' && value.startsWith('ISO,'));
