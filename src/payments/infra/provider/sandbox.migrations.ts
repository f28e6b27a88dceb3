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

export const sandboxMigrations = [CreateSandboxLedger1700000000901];
