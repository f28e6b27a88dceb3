import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateInbox implements MigrationInterface {
  readonly name = 'CreateInbox0000000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What this context has handled. A row is committed with the effect that it reports.
      CREATE TABLE ${schemaOfMigration(runner)}.inbox (
        -- The name of a subscription, or '*' for commands: no context can subscribe under that name.
        consumer    text NOT NULL,
        message_id  text NOT NULL,
        -- SHA-256 of a command's name and input without its secrets; none for events and revoked commands.
        digest      text,
        -- How a command ended; none for events.
        outcome     jsonb,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT inbox_pkey PRIMARY KEY (consumer, message_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${schemaOfMigration(runner)}.inbox`);
  }
}
