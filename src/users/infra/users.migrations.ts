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

export class NoteRefreshes1700000000102 implements MigrationInterface {
  readonly name = 'NoteRefreshes1700000000102';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users.sessions ADD COLUMN refreshed_at timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users.sessions DROP COLUMN refreshed_at');
  }
}

export class CountAttempts1700000000103 implements MigrationInterface {
  readonly name = 'CountAttempts1700000000103';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE users.sign_in_attempts (
      account text NOT NULL,
      origin text NOT NULL,
      failures integer NOT NULL CHECK (failures >= 0),
      counted_at timestamptz NOT NULL,
      succeeded_at timestamptz,
      PRIMARY KEY (account, origin)
    )`);
    await runner.query(
      'CREATE INDEX sign_in_attempts_counted ON users.sign_in_attempts (counted_at) WHERE succeeded_at IS NULL',
    );
    await runner.query(
      'CREATE INDEX sign_in_attempts_succeeded ON users.sign_in_attempts (succeeded_at) WHERE succeeded_at IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE users.sign_in_attempts');
  }
}

export class NoteEndedSessions1700000000104 implements MigrationInterface {
  readonly name = 'NoteEndedSessions1700000000104';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE users.ended_sessions (
      session_id uuid PRIMARY KEY,
      ended_at timestamptz NOT NULL DEFAULT now()
    )`);
    await runner.query('CREATE INDEX ended_sessions_ended ON users.ended_sessions (ended_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE users.ended_sessions');
  }
}

export class GivePasswordResets1700000000105 implements MigrationInterface {
  readonly name = 'GivePasswordResets1700000000105';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE users.password_resets (
      token_hash text PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES users.accounts (id) ON DELETE CASCADE,
      given_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL
    )`);
    await runner.query('CREATE INDEX password_resets_user ON users.password_resets (user_id, given_at)');
    await runner.query('CREATE INDEX password_resets_expires ON users.password_resets (expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE users.password_resets');
  }
}

export const usersMigrations = [
  CreateUsers1700000000101,
  NoteRefreshes1700000000102,
  CountAttempts1700000000103,
  NoteEndedSessions1700000000104,
  GivePasswordResets1700000000105,
];
