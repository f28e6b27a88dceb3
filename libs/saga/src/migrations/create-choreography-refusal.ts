import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How often a command of a reaction was refused, for whoever replays the event: the next attempt has another id. */
export class CreateChoreographyRefusal implements MigrationInterface {
  readonly name = 'CreateChoreographyRefusal0000000000301';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOfMigration(runner);
    await runner.query(`CREATE TABLE ${schema}.choreography_refusal (
      choreography text NOT NULL,
      event_id text NOT NULL,
      command text NOT NULL,
      refusals integer NOT NULL,
      refused_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (choreography, event_id, command))`);
    await runner.query(`CREATE INDEX choreography_refusal_age ON ${schema}.choreography_refusal (refused_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${schemaOfMigration(runner)}.choreography_refusal`);
  }
}
