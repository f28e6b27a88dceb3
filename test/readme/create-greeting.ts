import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateGreeting implements MigrationInterface {
  readonly name = 'CreateGreeting1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE greeter.greeting (name text PRIMARY KEY, times integer NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE greeter.greeting');
  }
}
