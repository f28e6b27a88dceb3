import { schemaOfMigration } from '@isolith/postgres/internal';
import { DERIVED } from '@isolith/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateProjection implements MigrationInterface {
  readonly name = 'CreateProjection0000000000202';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOfMigration(runner);
    await runner.query(`
      -- How far each build of each projection is. Its rows are in a table of its own, and change in the transaction that moves this.
      CREATE TABLE ${schema}.projection (
        name       text NOT NULL,
        version    integer NOT NULL,
        -- Counts the builds of a version.
        generation integer NOT NULL,
        -- building --caught up with the live one--> live --another was built--> retired: its table is dropped, and then this row
        status     text NOT NULL CHECK (status IN ('building', 'live', 'retired')),
        -- Of the table and the events that it was begun with.
        digest     text NOT NULL,
        -- Every event up to here is in its rows.
        position   bigint NOT NULL DEFAULT 0,
        -- How many it has taken.
        events     bigint NOT NULL DEFAULT 0,
        started_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (name, version, generation)
      )`);
    for (const status of ['building', 'live'])
      await runner.query(
        `CREATE UNIQUE INDEX projection_one_${status} ON ${schema}.projection (name, version) WHERE status = '${status}'`,
      );
    await runner.query(`COMMENT ON TABLE ${schemaOfMigration(runner)}.projection IS '${DERIVED}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${schemaOfMigration(runner)}.projection`);
  }
}
