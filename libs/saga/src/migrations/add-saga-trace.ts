import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What began a saga, for traces. A host that does not know the column begins sagas without. */
export class AddSagaTrace implements MigrationInterface {
  readonly name = 'AddSagaTrace0000000000107';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE ${schemaOfMigration(runner)}.saga ADD COLUMN traceparent text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE ${schemaOfMigration(runner)}.saga DROP COLUMN traceparent`);
  }
}
