import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddSubscriptionLease implements MigrationInterface {
  readonly name = 'AddSubscriptionLease0000000000004';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOfMigration(runner);
    await runner.query(`
      ALTER TABLE ${schema}.subscription_checkpoint
        -- The host that serves the subscription; none while nobody does.
        ADD COLUMN holder uuid,
        -- One more with every change of hands: whoever names an older one has lost its lease and writes nothing.
        ADD COLUMN token bigint NOT NULL DEFAULT 0,
        -- By the database's clock. A lease that ran out is anybody's.
        ADD COLUMN leased_until timestamptz`);
    // These few rows are written all the time: room beside them lets a new version stay in the page of the old one.
    await runner.query(`ALTER TABLE ${schema}.subscription_checkpoint SET (fillfactor = 25)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOfMigration(runner);
    await runner.query(`ALTER TABLE ${schema}.subscription_checkpoint RESET (fillfactor)`);
    await runner.query(
      `ALTER TABLE ${schema}.subscription_checkpoint DROP COLUMN holder, DROP COLUMN token, DROP COLUMN leased_until`,
    );
  }
}
