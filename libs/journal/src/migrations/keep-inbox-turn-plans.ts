import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The same function in a language whose plans a session keeps: in SQL its two statements are planned anew at every
 * call.
 */
export class KeepInboxTurnPlans implements MigrationInterface {
  readonly name = 'KeepInboxTurnPlans0000000000011';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOfMigration(runner);
    await runner.query(`
      -- Waits for whoever is ending the message or revoking it right now; a unique violation when that is done. Until the
      -- end of the transaction all others wait in turn, and it leaves nothing behind.
      CREATE OR REPLACE FUNCTION ${schema}.inbox_turn(consumer text, message_id text) RETURNS void LANGUAGE plpgsql VOLATILE AS '
        BEGIN
          INSERT INTO ${schema}.inbox (consumer, message_id) VALUES ($1, $2);
          DELETE FROM ${schema}.inbox AS i WHERE i.consumer = $1 AND i.message_id = $2;
        END'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOfMigration(runner);
    await runner.query(`
      CREATE OR REPLACE FUNCTION ${schema}.inbox_turn(consumer text, message_id text) RETURNS void LANGUAGE sql VOLATILE AS '
        INSERT INTO ${schema}.inbox (consumer, message_id) VALUES ($1, $2);
        DELETE FROM ${schema}.inbox WHERE consumer = $1 AND message_id = $2;
      '`);
  }
}
