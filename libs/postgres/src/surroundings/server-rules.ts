import { OLDEST_SERVER, type ServerFacts } from './server-facts.js';

/** A clock that differs by less says nothing that a log would show. */
export const CLOCKS_DIFFER_MS = 1_000;

/** What no context can work with, one sentence each: what was found, and what to do. */
export function refusalsOf(facts: ServerFacts | { readonly tooOld: string }, isShared = false): readonly string[] {
  if ('tooOld' in facts) return [`the server is PostgreSQL ${facts.tooOld}; ${OLDEST_SERVER} or newer is needed`];
  const { encoding, database, standby, readOnly, replicationRole, notPinned, withheld, role } = facts;
  return [
    ...(encoding === 'UTF8'
      ? []
      : [
          `the database ${named(database)} has the encoding ${encoding}, which can't hold every text; UTF8 is needed: make another one, ` +
            `CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8', and bring the rows over with pg_dump and pg_restore`,
        ]),
    ...(standby ? ['the server is a standby and takes no writes: name the primary'] : []),
    ...(readOnly && !standby
      ? [
          `the database ${named(database)} takes no writes (default_transaction_read_only is on, for the server, the database or the role ${named(role)}): ` +
            'somebody has stopped them, perhaps because the rows moved to another server; name that one, or RESET the setting',
        ]
      : []),
    ...(replicationRole === 'origin'
      ? []
      : [
          `session_replication_role is ${replicationRole}, so foreign keys and triggers rest: RESET it for the database and the role ${named(role)}`,
        ]),
    ...(notPinned.length === 0
      ? []
      : [
          isShared
            ? `its sessions have ${notPinned.join(', ')}, by which units of work would not keep what they promise: RESET it for the database and the role ${named(role)}`
            : `a session does not keep what it was set to (${notPinned.join(', ')}): something between this host and the server changes it; ` +
              'connect to the server itself, or to a pooler in session mode',
        ]),
    ...(withheld.length === 0
      ? []
      : [`the role ${named(role)} may not call ${withheld.join(', ')}: GRANT EXECUTE ON FUNCTION … TO ${named(role)}`]),
  ];
}

/** What works and is worth knowing, one sentence each. */
export function warningsOf({ lossy, database, collation, clockAheadMs, singly }: ServerFacts): readonly string[] {
  return [
    ...(lossy.length === 0
      ? []
      : [`${lossy.join(', ')}: what was confirmed can be lost when the server's machine stops`]),
    ...(collation === undefined
      ? []
      : [
          `the texts of the database ${named(database)} were sorted by collation version ${collation.before}, this server sorts by ${collation.now}: ` +
            `indexes on texts may miss rows; REINDEX DATABASE ${named(database)}, then ALTER DATABASE ${named(database)} REFRESH COLLATION VERSION`,
        ]),
    ...(Math.abs(clockAheadMs) < CLOCKS_DIFFER_MS ? [] : [clockDifference(clockAheadMs)]),
    ...(singly === undefined ? [] : [`statements go one by one, and a unit of work makes more round trips: ${singly}`]),
  ];
}

/** Nothing is decided by it; who reads logs of both is told. */
export const clockDifference = (aheadMs: number): string =>
  `the clock of this host is ${(Math.abs(aheadMs) / 1_000).toFixed(1)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the database's`;

const named = (name: string): string => `"${name}"`;
