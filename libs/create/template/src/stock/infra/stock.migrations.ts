import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables are in the context's own schema, which no other context's SQL names. */
export class CreateStock1700000000001 implements MigrationInterface {
  readonly name = 'CreateStock1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE stock.level (
      sku text PRIMARY KEY,
      available integer NOT NULL CHECK (available >= 0)
    )`);
    await runner.query(`CREATE TABLE stock.reservation (
      order_id uuid PRIMARY KEY,
      sku text NOT NULL REFERENCES stock.level,
      quantity integer NOT NULL
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE stock.reservation');
    await runner.query('DROP TABLE stock.level');
  }
}

export const stockMigrations = [CreateStock1700000000001];
