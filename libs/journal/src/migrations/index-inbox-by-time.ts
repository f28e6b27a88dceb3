import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IndexInboxByTime implements MigrationInterface {
  readonly name = 'IndexInboxByTime0000000000008';

  async up(runner: QueryRunner): Promise<void> {
    // Finds what is old enough to be deleted without a look at everything that is not.
    await runner.query(`CREATE INDEX inbox_recorded_at ON ${schemaOfMigration(runner)}.inbox (recorded_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX ${schemaOfMigration(runner)}.inbox_recorded_at`);
  }
}
