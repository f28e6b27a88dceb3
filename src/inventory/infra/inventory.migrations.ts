import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateInventory1700000000301 implements MigrationInterface {
  readonly name = 'CreateInventory1700000000301';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE inventory.stock (
      sku text COLLATE "C" PRIMARY KEY CHECK (sku ~ '^[A-Z0-9][A-Z0-9-]{0,39}$'),
      on_hand integer NOT NULL CHECK (on_hand BETWEEN 0 AND 1000000000),
      reserved integer NOT NULL DEFAULT 0 CHECK (reserved >= 0),
      CONSTRAINT stock_never_oversold CHECK (reserved <= on_hand)
    )`);
    // One row per order, for good: a released one is the tombstone that refuses a late reservation.
    await runner.query(`CREATE TABLE inventory.reservations (
      order_id uuid PRIMARY KEY,
      state text NOT NULL CHECK (state IN ('reserved', 'released', 'committed', 'returned')),
      lines jsonb NOT NULL CHECK (jsonb_typeof(lines) = 'array'),
      changed_at timestamptz NOT NULL DEFAULT now()
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE inventory.reservations');
    await runner.query('DROP TABLE inventory.stock');
  }
}

export const inventoryMigrations = [CreateInventory1700000000301];
