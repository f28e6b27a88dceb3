import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateSaga implements MigrationInterface {
  readonly name = 'CreateSaga0000000000101';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOfMigration(runner);
    await runner.query(`
      -- One row per saga, saved with each of its transitions.
      CREATE TABLE ${schema}.saga (
        name           text NOT NULL,
        -- The business key that it was begun with.
        id             text NOT NULL,
        -- Of the definition that began it.
        version        integer NOT NULL,
        -- Counts the saves: a save that follows another one than it read is none.
        revision       integer NOT NULL DEFAULT 1,
        status         text NOT NULL DEFAULT 'running'
                       CHECK (status IN ('running', 'compensating', 'completed', 'compensated', 'needs-attention')),
        state          jsonb NOT NULL,
        -- The step that is due while it runs.
        step           text,
        -- Names of the steps whose effect exists or may exist, oldest first.
        done           jsonb NOT NULL DEFAULT '[]',
        -- {step, type, detail}: why it turned back.
        cause          jsonb,
        -- Of what is due: attempts that came to nothing, how many of them were refused for good, {type, detail} of the last.
        attempts       integer NOT NULL DEFAULT 0,
        refusals       integer NOT NULL DEFAULT 0,
        trouble        jsonb,
        principal      jsonb NOT NULL,
        correlation_id text NOT NULL,
        due_at         timestamptz NOT NULL DEFAULT now(),
        created_at     timestamptz NOT NULL DEFAULT now(),
        updated_at     timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (name, id)
      )`);
    await runner.query(`CREATE INDEX saga_due ON ${schema}.saga (due_at) WHERE status IN ('running', 'compensating')`);
    await runner.query(`CREATE INDEX saga_status ON ${schema}.saga (status, name)`);
    await runner.query(`
      -- What happened to a saga, in order. An attempt that is repeated leaves no entry.
      CREATE TABLE ${schema}.saga_transition (
        name text NOT NULL,
        id   text NOT NULL,
        -- The revision that the transition led to.
        seq  integer NOT NULL,
        at   timestamptz NOT NULL DEFAULT now(),
        what text NOT NULL,
        PRIMARY KEY (name, id, seq)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOfMigration(runner);
    await runner.query(`DROP TABLE ${schema}.saga_transition`);
    await runner.query(`DROP TABLE ${schema}.saga`);
  }
}
