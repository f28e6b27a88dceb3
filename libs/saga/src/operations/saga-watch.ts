import type { LeaseTerms } from '@isolith/journal/internal';
import { quoted } from '@isolith/postgres/internal';
import type { ContextDatabase } from '@isolith/journal';
import type { Waiting, Watched } from '@isolith/message-bus';
import { z } from 'zod';
import type { HeldSagas } from '../leases/held-sagas.js';
import type { SagaPlan } from '../definition/saga.js';
import { knownVersions, versionsOf } from '../definition/versions.js';
import { MOVING } from '../store/saga-sql.js';

/** What `SagaWatch` works with. */
export interface SagaWatchParts {
  readonly context: string;
  readonly schema: string;
  readonly database: Pick<ContextDatabase, 'query'>;
  readonly terms: Pick<LeaseTerms, 'holder' | 'alone'>;
  /** The newest definitions that this host declares, once all have declared. */
  readonly plans: () => readonly SagaPlan[];
  readonly held: Pick<HeldSagas, 'longest'>;
}

/** What one attempt of a step waits at most when neither the step nor the bus says otherwise; milliseconds. */
const STEP_MS = 10_000;
/** What a step may take beyond the wait for its answers. */
const MARGIN_MS = 2_000;

const row = z.object({
  name: z.string(),
  what: z.enum(['due', 'newer', 'gone', 'unknown', 'attention']),
  version: z.int().nullable(),
  count: z.coerce.number(),
  waitedMs: z.number(),
  oldest: z.string(),
});

/**
 * What waits in the saga table of one context: sagas that are due and that nobody holds, those that need a person, and,
 * from memory, one that this host holds whose step does not end. Not what rests until it is due, and not what another
 * host holds:
 * that one renews its lease as long as it lives, and tells of it itself.
 */
export class SagaWatch implements Watched {
  readonly name: string;
  /** The last look found something. */
  private found = false;
  private readonly sql: string;

  constructor(private readonly parts: SagaWatchParts) {
    this.name = `sagas of ${parts.context}`;
    const table = `${quoted(parts.schema)}.saga`;
    // Both parts by an index: of the sagas that move those that are due, of all others those of one status.
    this.sql = `WITH known AS (SELECT * FROM unnest($1::text[], $2::int[]) AS k (name, version)),
      newest AS (SELECT name, max(version) AS version FROM known GROUP BY name),
      waiting AS (
        SELECT s.name, s.id, greatest(s.due_at, s.leased_until) AS since,
          CASE WHEN n.name IS NULL THEN 'unknown' WHEN s.version > n.version THEN 'newer' WHEN k.name IS NULL THEN 'gone' ELSE 'due' END AS what,
          CASE WHEN k.name IS NULL AND s.version < n.version THEN s.version END AS version
        FROM ${table} s LEFT JOIN newest n ON n.name = s.name LEFT JOIN known k ON k.name = s.name AND k.version = s.version
        WHERE s.status IN ${MOVING} AND s.due_at < now() AND (s.holder IS NULL OR s.leased_until < now() OR ($4 AND s.holder <> $3))
        UNION ALL
        SELECT s.name, s.id, s.updated_at, 'attention', NULL FROM ${table} s WHERE s.status = 'needs-attention')
      SELECT name, what, version, count(*) AS count, (extract(epoch FROM clock_timestamp() - min(since)) * 1000)::float8 AS "waitedMs",
        (array_agg(id ORDER BY since, id))[1] AS oldest
      FROM waiting GROUP BY name, what, version`;
  }

  /** Rarely while nothing waits, so that it costs little. */
  get everyMs(): number {
    return this.found ? 1_000 : 4_000;
  }

  async look(): Promise<readonly Waiting[]> {
    const { database, terms, plans } = this.parts;
    const known = knownVersions(plans());
    const rows = await database.query(row, this.sql, [
      known.map(({ name }) => name),
      known.map(({ version }) => version),
      terms.holder,
      terms.alone,
    ]);
    this.found = rows.length > 0;
    return [...rows.map((found) => this.waitingOf(found)), ...this.stuckHere()];
  }

  private waitingOf({ name, what, version, count, waitedMs, oldest }: z.output<typeof row>): Waiting {
    const { context } = this.parts;
    const of = { waitedMs, lookAt: `/actuator/sagas?context=${context}&name=${name}`, causes: [`database ${context}`] };
    switch (what) {
      case 'attention':
        return {
          ...of,
          kind: 'attention',
          name,
          reason: `${count} need a person, who retries, skips or takes over`,
          lookAt: `${of.lookAt}&status=needs-attention`,
        };
      case 'newer':
        return {
          ...of,
          kind: 'saga',
          name: `${name} (newer)`,
          reason: `${count} are due that a newer version of its definition has moved; no host with that version moves them`,
        };
      case 'gone':
        return {
          ...of,
          kind: 'saga',
          name: `${name} (version ${version ?? ''})`,
          reason: `${count} are due and no host moves them; this host does not have version ${version ?? ''} of their definition: list it in "former", or give an upcaster from it`,
        };
      case 'unknown':
        return { ...of, kind: 'saga', name, reason: `${count} are due and this host declares no saga of that name` };
      case 'due':
        // They are taken in turn: as long as the first one changes, hosts are busy with those before.
        return {
          ...of,
          kind: 'saga',
          name,
          token: oldest,
          backlog: { context, count },
          reason: `${count} are due and no host moves them`,
        };
    }
  }

  private stuckHere(): readonly Waiting[] {
    const { context, held, plans } = this.parts;
    const longest = held.longest();
    if (longest === undefined) return [];
    const { name, doing, sinceMs } = longest;
    const timeouts = plans()
      .filter((plan) => plan.name === name)
      .flatMap(versionsOf)
      .flatMap(({ steps }) => steps.map(({ timeoutMs = STEP_MS }) => timeoutMs));
    return [
      {
        kind: 'saga',
        name: `${name} (moving)`,
        waitedMs: sinceMs,
        boundMs: Math.max(STEP_MS, ...timeouts) + MARGIN_MS,
        reason: `${doing} has not ended for ${Math.round(sinceMs / 1_000)} s`,
        lookAt: `/actuator/sagas?context=${context}&name=${name}`,
        causes: ['calls', `database ${context}`, 'broker'],
      },
    ];
  }
}
