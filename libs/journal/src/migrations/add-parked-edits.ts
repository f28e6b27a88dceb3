import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddParkedEdits implements MigrationInterface {
  readonly name = 'AddParkedEdits0000000000015';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE ${schemaOfMigration(runner)}.parked_message
        -- The envelope as it came, once a person has edited its data; what is replayed stands in envelope, so that hosts of the release
        -- before replay it too.
        ADD COLUMN original json,
        ADD COLUMN edited_at timestamptz,
        -- The user's id.
        ADD COLUMN edited_by text,
        ADD COLUMN edited_reason text,
        ADD CONSTRAINT parked_message_edit CHECK (num_nulls(original, edited_at, edited_by, edited_reason) IN (0, 4))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE ${schemaOfMigration(runner)}.parked_message DROP CONSTRAINT parked_message_edit,
        DROP COLUMN original, DROP COLUMN edited_at, DROP COLUMN edited_by, DROP COLUMN edited_reason`);
  }
}
