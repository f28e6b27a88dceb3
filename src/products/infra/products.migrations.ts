import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateProducts1700000000201 implements MigrationInterface {
  readonly name = 'CreateProducts1700000000201';

  async up(runner: QueryRunner): Promise<void> {
    // Skus compare by their bytes: pages of a list must not depend on the database's language.
    await runner.query(`CREATE TABLE products.products (
      sku text COLLATE "C" PRIMARY KEY CHECK (sku ~ '^[A-Z0-9][A-Z0-9-]{0,39}$'),
      name text NOT NULL CHECK (name <> ''),
      price_minor bigint NOT NULL CHECK (price_minor >= 0),
      currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$')
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE products.products');
  }
}

export const productsMigrations = [CreateProducts1700000000201];
