import { quoted } from '@isolith/postgres/internal';
import type { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { DRAWN } from '@isolith/journal/internal';
import { DERIVED } from '@isolith/postgres';
import { z } from 'zod';
import { AgedBuild, Build } from './build.js';
import { tableName, viewName, type Projection } from './projection.js';

type Which = Pick<Build, 'name' | 'version' | 'generation'>;

const COLUMNS = `name, version, generation, status, digest, position, events, started_at, updated_at,
  extract(epoch FROM clock_timestamp() - started_at) * 1000 AS elapsed_ms`;

/** The builds of the projections of one context, and their tables. What writes needs an open unit of work. */
export class Builds {
  private readonly schema: string;
  private readonly table: string;

  constructor(
    schema: string,
    private readonly unit: UnitOfWork,
    private readonly database: ContextDatabase,
  ) {
    this.schema = quoted(schema);
    this.table = `${this.schema}.projection`;
  }

  all(): Promise<Build[]> {
    return this.database.query(Build, `SELECT ${COLUMNS} FROM ${this.table} ORDER BY name, version, generation`);
  }

  of({ name, version }: Pick<Projection, 'name' | 'version'>): Promise<Build[]> {
    return this.database.query(
      Build,
      `SELECT ${COLUMNS} FROM ${this.table} WHERE name = $1 AND version = $2 ORDER BY generation`,
      [name, version],
    );
  }

  /**
   * Those that are moved on, with how long ago the first event was recorded that each has not looked at: 0 when there
   * is none.
   */
  aged(): Promise<z.output<typeof AgedBuild>[]> {
    return this.database.query(
      AgedBuild,
      `SELECT name, version, status, build.position,
         greatest(0, coalesce(extract(epoch FROM clock_timestamp() - next.recorded_at), 0)) AS seconds
       FROM ${this.table} AS build LEFT JOIN LATERAL (
         SELECT recorded_at FROM ${this.schema}.journal WHERE position > build.position ORDER BY position LIMIT 1
       ) AS next ON true
       WHERE status <> 'retired' ORDER BY name, version, generation`,
    );
  }

  /** Where the rows of a build are. */
  tableOf(build: Which): string {
    return `${this.schema}.${quoted(tableName(build, build.generation))}`;
  }

  viewOf(projection: Pick<Projection, 'name' | 'version'>): string {
    return `${this.schema}.${quoted(viewName(projection))}`;
  }

  /**
   * Begins a build with its table; false when one is being built already, by whomever. One that nobody could ever end
   * makes room: it was begun with another table or other events, or has read what a restore took away.
   */
  async begin({ name, version, digest, table }: Projection): Promise<boolean> {
    await this.retireHopeless({ name, version, digest });
    const [begun] = await this.unit.query(
      z.object({ generation: z.int() }),
      `INSERT INTO ${this.table} (name, version, generation, status, digest)
       SELECT $1::text, $2::int, coalesce(max(generation), 0) + 1, 'building', $3::text FROM ${this.table} WHERE name = $1 AND version = $2
       ON CONFLICT DO NOTHING RETURNING generation`,
      [name, version, digest],
    );
    if (begun === undefined) return false;
    const made = this.tableOf({ name, version, ...begun });
    for (const statement of table(made)) await this.unit.execute(statement);
    await this.unit.execute(`COMMENT ON TABLE ${made} IS '${DERIVED}'`);
    return true;
  }

  private async retireHopeless({
    name,
    version,
    digest,
  }: Pick<Projection, 'name' | 'version' | 'digest'>): Promise<void> {
    const [building] = await this.unit.query(
      Build.pick({ generation: true, digest: true, position: true }),
      `SELECT generation, digest, position FROM ${this.table}
       WHERE name = $1 AND version = $2 AND status = 'building' FOR UPDATE`,
      [name, version],
    );
    if (building === undefined) return;
    // After the lock: nobody moves it any more, so it can't be further than what had been drawn by now.
    const [journal] = await this.unit.query(
      z.object({ end: z.coerce.number().int() }),
      `SELECT ${DRAWN} AS end FROM ${this.schema}.journal_position_seq`,
    );
    if (building.digest === digest && building.position <= (journal?.end ?? 0)) return;
    await this.unit.execute(
      `UPDATE ${this.table} SET status = 'retired', updated_at = now()
       WHERE name = $1 AND version = $2 AND generation = $3`,
      [name, version, building.generation],
    );
  }

  /**
   * Moves a build on; false when somebody else did, or ended it, since it was read. From here to the commit nobody else
   * does.
   */
  async advance({ name, version, generation, status, position }: Build, to: number, events: number): Promise<boolean> {
    const moved = await this.unit.execute(
      `UPDATE ${this.table} SET position = $6, events = events + $7, updated_at = now()
       WHERE name = $1 AND version = $2 AND generation = $3 AND status = $4 AND position = $5`,
      [name, version, generation, status, position, to, events],
    );
    return moved === 1;
  }

  /**
   * Puts a build in the place of the live one, which must not be further: whoever reads never sees less than before.
   * Only one that is at `beyond` may be: where nothing can be any more, since the journal was restored.
   */
  async goLive(build: Build, beyond?: number): Promise<boolean> {
    const { name, version, generation, position, digest } = build;
    const [live] = await this.unit.query(
      z.object({ position: z.coerce.number().int(), digest: z.string() }),
      `SELECT position, digest FROM ${this.table} WHERE name = $1 AND version = $2 AND status = 'live' FOR UPDATE`,
      [name, version],
    );
    if (live !== undefined && live.position > position && live.position !== beyond) return false;
    await this.unit.execute(
      `UPDATE ${this.table} SET status = 'retired', updated_at = now() WHERE name = $1 AND version = $2 AND status = 'live'`,
      [name, version],
    );
    const became = await this.unit.execute(
      `UPDATE ${this.table} SET status = 'live', updated_at = now()
       WHERE name = $1 AND version = $2 AND generation = $3 AND status = 'building' AND position = $4`,
      [name, version, generation, position],
    );
    if (became === 0) return false;
    const view = this.viewOf(build);
    // A view that is replaced keeps what was made of it, and its columns.
    if (live !== undefined && live.digest !== digest) await this.unit.execute(`DROP VIEW ${view}`);
    await this.unit.execute(`CREATE OR REPLACE VIEW ${view} AS SELECT * FROM ${this.tableOf(build)}`);
    return true;
  }

  /** Drops what a build that was replaced has left. */
  async drop(build: Build): Promise<void> {
    const { name, version, generation } = build;
    await this.unit.execute(`DROP TABLE IF EXISTS ${this.tableOf(build)}`);
    await this.unit.execute(
      `DELETE FROM ${this.table} WHERE name = $1 AND version = $2 AND generation = $3 AND status = 'retired'`,
      [name, version, generation],
    );
  }
}
