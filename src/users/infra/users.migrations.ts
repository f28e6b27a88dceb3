import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateUsers1700000000101 implements MigrationInterface {
  readonly name = 'CreateUsers1700000000101';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE users.accounts (
      id uuid PRIMARY KEY,
      email text NOT NULL CONSTRAINT accounts_email_key UNIQUE CHECK (email = lower(email)),
      name text NOT NULL CHECK (name <> ''),
      password_hash text NOT NULL,
      roles text[] NOT NULL CHECK (cardinality(roles) > 0 AND roles <@ ARRAY['customer', 'support', 'admin']),
      created_at timestamptz NOT NULL DEFAULT now()
    )`);
    await runner.query(`CREATE TABLE users.sessions (
      id uuid PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES users.accounts (id) ON DELETE CASCADE,
      generation integer NOT NULL CHECK (generation > 0),
      opened_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz NOT NULL
    )`);
    await runner.query('CREATE INDEX sessions_user ON users.sessions (user_id, opened_at DESC)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE users.sessions');
    await runner.query('DROP TABLE users.accounts');
  }
}

export const usersMigrations = [CreateUsers1700000000101];
