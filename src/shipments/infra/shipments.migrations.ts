import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateShipments1700000000801 implements MigrationInterface {
  readonly name = 'CreateShipments1700000000801';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE shipments.shipment (
      order_id uuid PRIMARY KEY,
      shipment_id uuid NOT NULL UNIQUE,
      tracking_number text NOT NULL UNIQUE,
      status text NOT NULL CHECK (status IN ('created', 'dispatched', 'delivered', 'cancelled')),
      -- A shipment that was cancelled before it was created has no lines.
      lines jsonb,
      address jsonb,
      created_at timestamptz NOT NULL DEFAULT now(),
      dispatched_at timestamptz,
      delivered_at timestamptz,
      cancelled_at timestamptz,
      CHECK (status = 'cancelled' OR lines IS NOT NULL)
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE shipments.shipment');
  }
}

export const shipmentsMigrations = [CreateShipments1700000000801];
