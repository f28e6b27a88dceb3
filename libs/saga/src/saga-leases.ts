import type { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { z } from 'zod';
import { quotedSchemaOf } from './quoted-schema.js';
import { sagaRow, sagaStatus, type SagaKey, type SagaRow, type SagaStatusName } from './progress.js';
import type { LeaseTerms } from './saga-lease.js';
import { columnsOf, milliseconds, MOVING, SAGA_COLUMNS } from './saga-sql.js';

/** A definition as this host knows it. */
export interface KnownSaga {
  readonly name: string;
  readonly version: number;
}

/** A saga whose lease this host holds. */
export type HeldSaga = SagaKey & Pick<SagaRow, 'token'>;

const KNOWN = 'JOIN unnest($1::text[], $2::int[]) AS known (name, version) ON known.name = s.name';

const statusRow = z.object({ status: sagaStatus });

const outlook = z.object({ ms: z.number().nullable(), newer: z.array(z.string()).nullable() });
/** What waits: milliseconds until the next saga may be claimed, and the names of sagas that only a newer definition may move. */
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
    context: string,
    private readonly unit: Pick<UnitOfWork, 'run' | 'query' | 'execute'>,
    private readonly database: Pick<ContextDatabase, 'query'>,
    readonly terms: LeaseTerms,
  ) {
    this.schema = quotedSchemaOf(context);
  }

  /**
   * Claims sagas that are due, longest due first, whose lease is free or over, or held by a process that must be dead;
   * none of `except`, and none that a newer definition than the known one has moved. What another host is claiming at
   * the same moment is passed over.
   */
  claim(known: readonly KnownSaga[], except: readonly SagaKey[], limit: number): Promise<SagaRow[]> {
    const { holder, leaseMs, alone } = this.terms;
    return this.unit.run(() =>
      this.unit.query(
        sagaRow,
        `WITH due AS (
         SELECT s.name, s.id, s.holder FROM ${this.schema}.saga s ${KNOWN} AND s.version <= known.version
         WHERE s.status IN ${MOVING} AND s.due_at <= now() AND (s.holder IS NULL OR s.leased_until <= now() OR ($4 AND s.holder <> $3))
           AND (s.name, s.id) NOT IN (SELECT * FROM unnest($5::text[], $6::text[]))
         ORDER BY s.due_at, s.id LIMIT $7 FOR UPDATE OF s SKIP LOCKED),
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

  async outlook(known: readonly KnownSaga[], except: readonly SagaKey[]): Promise<Outlook> {
    const free = `CASE WHEN NOT ($4 AND s.holder <> $3) THEN s.leased_until END`;
    const [found] = await this.database.query(
      outlook,
      `SELECT (extract(epoch FROM min(greatest(s.due_at, ${free})) FILTER (WHERE s.version <= known.version) - clock_timestamp()) * 1000)::float8 AS ms,
         array_agg(DISTINCT s.name) FILTER (WHERE s.version > known.version) AS newer
       FROM ${this.schema}.saga s ${KNOWN}
       WHERE s.status IN ${MOVING} AND (s.name, s.id) NOT IN (SELECT * FROM unnest($5::text[], $6::text[]))`,
      [...namesOf(known), this.terms.holder, this.terms.alone, ...columnsOf(except)],
    );
    return { ms: found?.ms ?? undefined, newer: found?.newer ?? [] };
  }

  /** Unfinished sagas of names that nobody here declares, by name. */
  orphans(known: readonly KnownSaga[]): Promise<{ name: string; count: number }[]> {
    return this.database.query(
      z.object({ name: z.string(), count: z.coerce.number() }),
      `SELECT name, count(*) AS count FROM ${this.schema}.saga WHERE status IN ${MOVING} AND NOT name = ANY($1::text[]) GROUP BY name ORDER BY name LIMIT 100`,
      [known.map(({ name }) => name)],
    );
  }
}

const namesOf = (known: readonly KnownSaga[]): [string[], number[]] => [
  known.map(({ name }) => name),
  known.map(({ version }) => version),
];
