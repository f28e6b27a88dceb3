import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What sagas wait for, and the events that have come for them. A host that knows neither leaves them as they are. */
export class AddSagaWaits implements MigrationInterface {
  readonly name = 'AddSagaWaits0000000000106';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOfMigration(runner);
    await runner.query(`
      ALTER TABLE ${schema}.saga
        -- Of the step that is due, once it has begun to wait: {event, key, reminders, nextReminderMs, isReminding}.
        ADD COLUMN wait          jsonb,
        -- Ids of the events that it has taken.
        ADD COLUMN heard         jsonb NOT NULL DEFAULT '[]',
        ADD COLUMN waiting_since timestamptz,
        ADD COLUMN wait_until    timestamptz`);
    await runner.query(
      `CREATE INDEX saga_waiting ON ${schema}.saga ((wait->>'event'), (wait->>'key')) WHERE wait IS NOT NULL`,
    );
    await runner.query(`
      -- Events that sagas of this context wait for, or may come to wait for. A saga takes a copy; the row stays for others.
      CREATE TABLE ${schema}.saga_signal (
        contract       text NOT NULL,
        key            text NOT NULL,
        event_id       text NOT NULL,
        -- Of the contract, in which the data is.
        schema_version integer NOT NULL,
        data           jsonb NOT NULL,
        arrived_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (contract, key, event_id)
      )`);
    await runner.query(`CREATE INDEX saga_signal_arrived ON ${schema}.saga_signal (arrived_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOfMigration(runner);
    await runner.query(`DROP TABLE ${schema}.saga_signal`);
    await runner.query(`DROP INDEX ${schema}.saga_waiting`);
    await runner.query(
      `ALTER TABLE ${schema}.saga DROP COLUMN wait, DROP COLUMN heard, DROP COLUMN waiting_since, DROP COLUMN wait_until`,
    );
  }
}
