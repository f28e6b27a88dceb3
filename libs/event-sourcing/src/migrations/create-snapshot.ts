import { schemaOfMigration } from '@isolith/postgres/internal';
import { DERIVED } from '@isolith/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateSnapshot implements MigrationInterface {
  readonly name = 'CreateSnapshot0000000000201';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- States of long streams, so that a load need not begin with the first event. A cache: deleting all of it loses nothing.
      CREATE TABLE ${schemaOfMigration(runner)}.snapshot (
        stream   text NOT NULL,
        -- Of the state's schema: releases that run side by side may differ in it.
        digest   text NOT NULL,
        -- Of the last event in the state.
        version  integer NOT NULL CHECK (version > 0),
        state    jsonb NOT NULL,
        taken_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (stream, digest)
      )`);
    await runner.query(`COMMENT ON TABLE ${schemaOfMigration(runner)}.snapshot IS '${DERIVED}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${schemaOfMigration(runner)}.snapshot`);
  }
}
