import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many of the attempts were no outage. A host that does not know the column leaves it as it is. */
export class AddSagaDefects implements MigrationInterface {
  readonly name = 'AddSagaDefects0000000000103';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE ${schemaOfMigration(runner)}.saga ADD COLUMN defects integer NOT NULL DEFAULT 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE ${schemaOfMigration(runner)}.saga DROP COLUMN defects`);
  }
}
