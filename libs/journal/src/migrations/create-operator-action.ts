import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateOperatorAction implements MigrationInterface {
  readonly name = 'CreateOperatorAction0000000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What people did to this context past its contract. Rows are added, never changed.
      CREATE TABLE ${schemaOfMigration(runner)}.operator_action (
        position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        -- The user's id.
        by       text NOT NULL,
        action   text NOT NULL,
        -- What it was done to, as the action names it.
        subject  jsonb NOT NULL,
        -- How it ended; 'started' of what ends later, in a row of its own.
        result   jsonb NOT NULL,
        at       timestamptz NOT NULL DEFAULT now()
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${schemaOfMigration(runner)}.operator_action`);
  }
}
