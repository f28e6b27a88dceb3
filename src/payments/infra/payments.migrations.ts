import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePayments1700000000701 implements MigrationInterface {
  readonly name = 'CreatePayments1700000000701';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE payments.payment (
      order_id uuid PRIMARY KEY,
      payment_id uuid NOT NULL UNIQUE,
      -- The idempotency key of the charge at the provider.
      provider_key uuid NOT NULL UNIQUE,
      status text NOT NULL CHECK (status IN ('pending', 'captured', 'declined', 'unavailable', 'refunding', 'refunded', 'void')),
      -- A payment that was called off before it was asked for has neither amount nor currency.
      amount_minor bigint CHECK (amount_minor >= 0),
      currency text CHECK (currency ~ '^[A-Z]{3}$'),
      reason text,
      created_at timestamptz NOT NULL DEFAULT now(),
      captured_at timestamptz,
      refunded_at timestamptz,
      CHECK (status = 'void' OR (amount_minor IS NOT NULL AND currency IS NOT NULL))
    )`);
    await runner.query(
      `CREATE INDEX payment_unfinished ON payments.payment (order_id) WHERE status IN ('pending', 'unavailable', 'refunding')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE payments.payment');
  }
}

export const paymentsMigrations = [CreatePayments1700000000701];
