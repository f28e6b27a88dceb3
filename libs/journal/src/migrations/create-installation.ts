import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateInstallation implements MigrationInterface {
  readonly name = 'CreateInstallation0000000000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Whose rows these are. Drawn by the first host that starts on them, not by this migration: rows that are copied into
      -- a schema which is migrated and empty bring theirs along.
      CREATE TABLE ${schemaOfMigration(runner)}.installation (
        id       uuid NOT NULL DEFAULT gen_random_uuid(),
        made_at  timestamptz NOT NULL DEFAULT now(),
        -- At most one row.
        only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${schemaOfMigration(runner)}.installation`);
  }
}
