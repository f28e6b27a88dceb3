import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddInboxTurn implements MigrationInterface {
  readonly name = 'AddInboxTurn0000000000007';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOfMigration(runner);
    await runner.query(`
      -- Waits for whoever is ending the message or revoking it right now; a unique violation when that is done. Until the
      -- end of the transaction all others wait in turn, and it leaves nothing behind.
      CREATE FUNCTION ${schema}.inbox_turn(consumer text, message_id text) RETURNS void LANGUAGE sql VOLATILE AS '
        INSERT INTO ${schema}.inbox (consumer, message_id) VALUES ($1, $2);
        DELETE FROM ${schema}.inbox WHERE consumer = $1 AND message_id = $2;
      '`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION ${schemaOfMigration(runner)}.inbox_turn(text, text)`);
  }
}
