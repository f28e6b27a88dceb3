import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds the sagas of one correlation id without a look at all others, as the journal finds its events. */
export class IndexSagasByCorrelation implements MigrationInterface {
  readonly name = 'IndexSagasByCorrelation0000000000108';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX saga_correlation ON ${schemaOfMigration(runner)}.saga USING hash (correlation_id)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX ${schemaOfMigration(runner)}.saga_correlation`);
  }
}
