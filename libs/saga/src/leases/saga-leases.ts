import type { LeaseTerms } from '@isolith/journal/internal';
import { quoted } from '@isolith/postgres/internal';
import type { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { z } from 'zod';
import { sagaRow, sagaStatus, type SagaKey, type SagaRow, type SagaStatusName } from '../instance/progress.js';
import type { KnownSaga } from '../definition/versions.js';
import { columnsOf, milliseconds, MOVING, SAGA_COLUMNS } from '../store/saga-sql.js';

/** A saga whose lease this host holds. */
export type HeldSaga = SagaKey & Pick<SagaRow, 'token'>;

const VERSIONS = 'unnest($1::text[], $2::int[]) AS known (name, version)';
const IS_KNOWN = 'known.name = s.name AND known.version = s.version';
/** `newest`: of those names the highest version that this host has. */
const NEWEST = `(SELECT name, max(version) AS version FROM ${VERSIONS} GROUP BY name) AS newest`;

const statusRow = z.object({ status: sagaStatus });

const orphans = z.object({ name: z.string(), version: z.int().nullable(), count: z.coerce.number() });
/** Sagas that rest; without a version of a name that is not declared at all. */
export type Orphans = z.output<typeof orphans>;

const outlook = z.object({ ms: z.number().nullable(), newer: z.array(z.string()).nullable() });
/**
 * What waits: milliseconds until the next saga may be claimed, and the names of sagas that are due and that only a
 * newer definition may move.
 */
export interface Outlook {
  readonly ms: number | undefined;
  readonly newer: readonly string[];
}

/**
 * Who moves which saga of one context. The lease of an unfinished saga, by the database's clock:
 *
 *   free --claim: token + 1--> held --save, renewal--> held
 *                               |--pause, end, drain--> free
 *                               '--neither for the time of a lease--> over: as good as free
 *
 * A host that was stopped while it held one may go on at any time and send what it was about to send, under the id that
 * the saga's next holder uses too. It writes nothing: its token is not the saga's any more.
 */
export class SagaLeases {
  private readonly schema: string;

  constructor(
    schema: string,
    private readonly unit: Pick<UnitOfWork, 'run' | 'query' | 'execute'>,
    private readonly database: Pick<ContextDatabase, 'query'>,
    readonly terms: LeaseTerms,
  ) {
    this.schema = quoted(schema);
  }

  /**
   * Claims sagas that are due, longest due first, whose lease is free or over, or held by a process that must be dead;
   * none of `except`, and none of a version that is not known. What another host is claiming at the same moment is
   * passed over.
   */
  claim(known: readonly KnownSaga[], except: readonly SagaKey[], limit: number): Promise<SagaRow[]> {
    const { holder, leaseMs, alone } = this.terms;
    return this.unit.run(() =>
      this.unit.query(
        sagaRow,
        `WITH due AS (
         SELECT s.name, s.id, s.holder FROM ${this.schema}.saga s JOIN ${VERSIONS} ON ${IS_KNOWN}
         WHERE s.status IN ${MOVING} AND s.due_at <= now() AND (s.holder IS NULL OR s.leased_until <= now() OR ($4 AND s.holder <> $3))
           AND (s.name, s.id) NOT IN (SELECT * FROM unnest($5::text[], $6::text[]))
         ORDER BY s.due_at LIMIT $7 FOR UPDATE OF s SKIP LOCKED),
       claimed AS (
         UPDATE ${this.schema}.saga s SET holder = $3, token = s.token + 1, leased_until = clock_timestamp() + ${milliseconds('$8')},
           revision = s.revision + CASE WHEN due.holder <> $3 THEN 1 ELSE 0 END
         FROM due WHERE s.name = due.name AND s.id = due.id
         RETURNING ${SAGA_COLUMNS}, s.due_at, due.holder AS former),
       kept AS (
         INSERT INTO ${this.schema}.saga_transition (name, id, seq, what, attempts, trouble)
         SELECT name, id, revision, 'resumed after ' || former, attempts, trouble FROM claimed WHERE former <> $3)
       SELECT * FROM claimed ORDER BY due_at, id`,
        [...namesOf(known), holder, alone, ...columnsOf(except), limit, leaseMs],
      ),
    );
  }

  /** The saga as it is, if its lease is this host's. */
  async held({ name, id }: SagaKey): Promise<SagaRow | undefined> {
    const sql = `SELECT ${SAGA_COLUMNS} FROM ${this.schema}.saga s WHERE s.name = $1 AND s.id = $2 AND s.holder = $3`;
    const [row] = await this.database.query(sagaRow, sql, [name, id, this.terms.holder]);
    return row;
  }

  /** Where the saga is, whoever holds it. */
  async status({ name, id }: SagaKey): Promise<SagaStatusName | undefined> {
    const [row] = await this.database.query(
      statusRow,
      `SELECT status FROM ${this.schema}.saga WHERE name = $1 AND id = $2`,
      [name, id],
    );
    return row?.status;
  }

  /** Extends the leases of these sagas, those that are still this host's. */
  async renew(held: readonly HeldSaga[]): Promise<void> {
    const sql = `UPDATE ${this.schema}.saga s SET leased_until = clock_timestamp() + ${milliseconds('$5')}
      FROM unnest($1::text[], $2::text[], $3::int[]) AS mine (name, id, token)
      WHERE s.name = mine.name AND s.id = mine.id AND s.token = mine.token AND s.holder = $4`;
    await this.unit.run(() =>
      this.unit.execute(sql, [
        ...columnsOf(held),
        held.map(({ token }) => token),
        this.terms.holder,
        this.terms.leaseMs,
      ]),
    );
  }

  /** Gives back all leases of this host but those of `except`: anybody may claim the sagas at once. */
  async giveBack(except: readonly SagaKey[]): Promise<void> {
    const sql = `UPDATE ${this.schema}.saga SET holder = NULL, leased_until = NULL
      WHERE status IN ${MOVING} AND holder = $1 AND (name, id) NOT IN (SELECT * FROM unnest($2::text[], $3::text[]))`;
    await this.unit.run(() => this.unit.execute(sql, [this.terms.holder, ...columnsOf(except)]));
  }

  /**
   * Reads, by their index, those that are due, which somebody holds or a claim has just left, and the first of those
   * that rest: not all that rest. Whoever holds one moves it, so it is due.
   */
  async outlook(known: readonly KnownSaga[], except: readonly SagaKey[]): Promise<Outlook> {
    const free = `CASE WHEN NOT ($4 AND s.holder <> $3) THEN s.leased_until END`;
    const others = `s.status IN ${MOVING} AND (s.name, s.id) NOT IN (SELECT * FROM unnest($5::text[], $6::text[]))`;
    const [found] = await this.database.query(
      outlook,
      `WITH due AS (
         SELECT min(greatest(s.due_at, ${free})) FILTER (WHERE known.name IS NOT NULL) AS at,
           array_agg(DISTINCT s.name) FILTER (WHERE s.version > newest.version) AS newer
         FROM ${this.schema}.saga s JOIN ${NEWEST} ON newest.name = s.name LEFT JOIN ${VERSIONS} ON ${IS_KNOWN}
         WHERE s.due_at <= now() AND ${others}),
       resting AS (
         SELECT s.due_at AS at FROM ${this.schema}.saga s
         WHERE s.due_at > now() AND ${others} AND EXISTS (SELECT FROM ${VERSIONS} WHERE ${IS_KNOWN})
         ORDER BY s.due_at LIMIT 1)
       SELECT (extract(epoch FROM least(due.at, (SELECT at FROM resting)) - clock_timestamp()) * 1000)::float8 AS ms, due.newer FROM due`,
      [...namesOf(known), this.terms.holder, this.terms.alone, ...columnsOf(except)],
    );
    return { ms: found?.ms ?? undefined, newer: found?.newer ?? [] };
  }

  /** Unfinished sagas that nobody here declares: of a name, or of a version of it that is lower than the newest. */
  orphans(known: readonly KnownSaga[]): Promise<Orphans[]> {
    return this.database.query(
      orphans,
      `SELECT s.name, CASE WHEN newest.name IS NOT NULL THEN s.version END AS version, count(*) AS count
       FROM ${this.schema}.saga s LEFT JOIN ${NEWEST} ON newest.name = s.name LEFT JOIN ${VERSIONS} ON ${IS_KNOWN}
       WHERE s.status IN ${MOVING} AND known.name IS NULL AND (newest.name IS NULL OR s.version < newest.version)
       GROUP BY 1, 2 ORDER BY 1, 2 LIMIT 100`,
      namesOf(known),
    );
  }
}

const namesOf = (known: readonly KnownSaga[]): [string[], number[]] => [
  known.map(({ name }) => name),
  known.map(({ version }) => version),
];
