import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddSubscriptionTypes implements MigrationInterface {
  readonly name = 'AddSubscriptionTypes0000000000009';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE ${schemaOfMigration(runner)}.subscription_checkpoint
        -- The event types that whoever leads has to take: a host that takes fewer would pass over the rest.
        ADD COLUMN types text[] NOT NULL DEFAULT '{}',
        -- All that hosts took since types were last given up. Who takes one that is not among them is of a newer release.
        ADD COLUMN known text[] NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE ${schemaOfMigration(runner)}.subscription_checkpoint DROP COLUMN types, DROP COLUMN known`,
    );
  }
}
