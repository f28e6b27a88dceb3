import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddSubscriptionBeginnings implements MigrationInterface {
  readonly name = 'AddSubscriptionBeginnings0000000000014';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE ${schemaOfMigration(runner)}.subscription_checkpoint
        -- By event type, the position behind which the subscription takes it: what is before was never meant for it. Without the types
        -- that it took before this column was there.
        ADD COLUMN began jsonb NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE ${schemaOfMigration(runner)}.subscription_checkpoint DROP COLUMN began`);
  }
}
