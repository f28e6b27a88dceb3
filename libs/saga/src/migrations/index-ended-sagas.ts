import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Finds the ended sagas that are old enough to be deleted without a look at all the others. By the time of their begin,
 * which never changes: an index on the last change would have to be written with every save, also those of which it
 * holds nothing.
 */
export class IndexEndedSagas implements MigrationInterface {
  readonly name = 'IndexEndedSagas0000000000105';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX saga_ended ON ${schemaOfMigration(runner)}.saga (created_at) WHERE status IN ('completed', 'compensated', 'taken-over')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX ${schemaOfMigration(runner)}.saga_ended`);
  }
}
