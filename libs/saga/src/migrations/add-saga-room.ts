import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Room on each page for what its sagas become: a save whose page has room writes no index entry. A saga is saved
 * several times within a moment, so half of the page is left to that.
 */
export class AddSagaRoom implements MigrationInterface {
  readonly name = 'AddSagaRoom0000000000104';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE ${schemaOfMigration(runner)}.saga SET (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE ${schemaOfMigration(runner)}.saga RESET (fillfactor)`);
  }
}
