import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateSubscriptionCheckpoint implements MigrationInterface {
  readonly name = 'CreateSubscriptionCheckpoint0000000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- How far each subscription, of any context, has been served from this context's journal.
      CREATE TABLE ${schemaOfMigration(runner)}.subscription_checkpoint (
        -- The consuming context.
        context      text NOT NULL,
        subscription text NOT NULL,
        -- Everything up to here has been handed over.
        position     bigint NOT NULL,
        updated_at   timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (context, subscription)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${schemaOfMigration(runner)}.subscription_checkpoint`);
  }
}
