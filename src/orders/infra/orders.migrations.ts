import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateOrders1700000000601 implements MigrationInterface {
  readonly name = 'CreateOrders1700000000601';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE orders.order_view (
      order_id uuid PRIMARY KEY,
      customer_id uuid NOT NULL,
      status text NOT NULL CHECK (status IN ('pending', 'confirmed', 'rejected', 'cancelled', 'shipped', 'delivered', 'returned')),
      lines jsonb NOT NULL,
      total_minor bigint NOT NULL CHECK (total_minor >= 0),
      currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
      payment_id uuid,
      tracking_number text,
      failure jsonb,
      history jsonb NOT NULL,
      settled boolean NOT NULL,
      placed_at timestamptz NOT NULL
    )`);
    await runner.query('CREATE INDEX order_view_newest ON orders.order_view (placed_at DESC, order_id DESC)');
    await runner.query(
      'CREATE INDEX order_view_of_customer ON orders.order_view (customer_id, placed_at DESC, order_id DESC)',
    );
    // Personal data stays out of events: it is here, and can be erased here.
    await runner.query(`CREATE TABLE orders.order_details (
      order_id uuid PRIMARY KEY,
      payment_token text,
      address jsonb
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE orders.order_details');
    await runner.query('DROP TABLE orders.order_view');
  }
}

/** Lists are read elsewhere now. */
export class DropListIndexes1700000000602 implements MigrationInterface {
  readonly name = 'DropListIndexes1700000000602';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX orders.order_view_newest, orders.order_view_of_customer');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX order_view_newest ON orders.order_view (placed_at DESC, order_id DESC)');
    await runner.query(
      'CREATE INDEX order_view_of_customer ON orders.order_view (customer_id, placed_at DESC, order_id DESC)',
    );
  }
}

export const ordersMigrations = [CreateOrders1700000000601, DropListIndexes1700000000602];
