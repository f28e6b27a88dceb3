import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateSandboxLedger1700000000901 implements MigrationInterface {
  readonly name = 'CreateSandboxLedger1700000000901';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE sandbox_provider.ledger (
      key uuid PRIMARY KEY,
      order_id uuid NOT NULL,
      state text NOT NULL CHECK (state IN ('captured', 'refunded', 'declined', 'voided')),
      reason text,
      -- Of a charge that was called off before it was asked for there is neither amount nor currency.
      currency text,
      captured_minor bigint NOT NULL DEFAULT 0 CHECK (captured_minor >= 0),
      refunded_minor bigint NOT NULL DEFAULT 0 CHECK (refunded_minor BETWEEN 0 AND captured_minor),
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now()
    )`);
    await runner.query('CREATE INDEX ledger_by_order ON sandbox_provider.ledger (order_id)');
    await runner.query('CREATE TABLE sandbox_provider.attempt (key uuid PRIMARY KEY, attempts integer NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sandbox_provider.attempt');
    await runner.query('DROP TABLE sandbox_provider.ledger');
  }
}

/**
 * Charges whose money comes later: `coming_minor` is what will be captured once it is asked for; null: it never comes.
 */
export class AddPendingCharges1700000000902 implements MigrationInterface {
  readonly name = 'AddPendingCharges1700000000902';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sandbox_provider.ledger ADD COLUMN coming_minor bigint CHECK (coming_minor >= 0)');
    await runner.query('ALTER TABLE sandbox_provider.ledger DROP CONSTRAINT ledger_state_check');
    await runner.query(
      `ALTER TABLE sandbox_provider.ledger ADD CONSTRAINT ledger_state_check
       CHECK (state IN ('pending', 'captured', 'refunded', 'declined', 'voided'))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE sandbox_provider.ledger SET state = 'voided' WHERE state = 'pending'`);
    await runner.query('ALTER TABLE sandbox_provider.ledger DROP CONSTRAINT ledger_state_check');
    await runner.query(
      `ALTER TABLE sandbox_provider.ledger ADD CONSTRAINT ledger_state_check
       CHECK (state IN ('captured', 'refunded', 'declined', 'voided'))`,
    );
    await runner.query('ALTER TABLE sandbox_provider.ledger DROP COLUMN coming_minor');
  }
}

export const sandboxMigrations = [CreateSandboxLedger1700000000901, AddPendingCharges1700000000902];
