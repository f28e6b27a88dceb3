import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who moves a saga and until when, when it must have passed its pivot, and what its timeline says beyond a sentence.
 */
export class AddSagaLease implements MigrationInterface {
  readonly name = 'AddSagaLease0000000000102';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOfMigration(runner);
    await runner.query(`
      ALTER TABLE ${schema}.saga
        -- The host that moves it; none while it waits for anybody.
        ADD COLUMN holder       text,
        -- Counts the claims and what operators did: a host that names another one than this writes nothing.
        ADD COLUMN token        integer NOT NULL DEFAULT 0,
        -- By the database's clock; afterwards any host may take the saga.
        ADD COLUMN leased_until timestamptz,
        -- None when it has no deadline, or when that has passed and was acted upon.
        ADD COLUMN deadline_at  timestamptz,
        DROP CONSTRAINT saga_status_check,
        ADD CONSTRAINT saga_status_check
          CHECK (status IN ('running', 'compensating', 'completed', 'compensated', 'needs-attention', 'taken-over'))`);
    await runner.query(`
      ALTER TABLE ${schema}.saga_transition
        -- Attempts that came to nothing before the transition, and {type, detail} of the last of them.
        ADD COLUMN attempts integer NOT NULL DEFAULT 0,
        ADD COLUMN trouble  jsonb,
        -- Of what a person did: the user's id and why.
        ADD COLUMN operator text,
        ADD COLUMN reason   text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOfMigration(runner);
    await runner.query(
      `ALTER TABLE ${schema}.saga_transition DROP COLUMN attempts, DROP COLUMN trouble, DROP COLUMN operator, DROP COLUMN reason`,
    );
    await runner.query(`UPDATE ${schema}.saga SET status = 'needs-attention' WHERE status = 'taken-over'`);
    await runner.query(`
      ALTER TABLE ${schema}.saga
        DROP COLUMN holder, DROP COLUMN token, DROP COLUMN leased_until, DROP COLUMN deadline_at,
        DROP CONSTRAINT saga_status_check,
        ADD CONSTRAINT saga_status_check CHECK (status IN ('running', 'compensating', 'completed', 'compensated', 'needs-attention'))`);
  }
}
