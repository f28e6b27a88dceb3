import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateJournal implements MigrationInterface {
  readonly name = 'CreateJournal0000000000001';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOfMigration(runner);
    await runner.query(`
      -- Event store and outbox in one: what a unit of work appends is stored, and relayed to subscriptions, from here.
      CREATE TABLE ${schema}.journal (
        -- Cache 1: a session that keeps positions in stock would hand out low ones after high ones were committed.
        position       bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
        -- An event of an event-sourced stream has stream and version; a plainly published one has neither.
        stream         text,
        version        integer CHECK (version > 0),
        -- The contract's name and version when the event was recorded.
        type           text NOT NULL,
        schema_version integer NOT NULL,
        -- Events with one key reach a subscription in the order of their positions.
        key            text NOT NULL,
        data           jsonb NOT NULL,
        -- {id, correlationid, causationid?, principal, traceparent?}
        metadata       jsonb NOT NULL,
        recorded_at    timestamptz NOT NULL DEFAULT now(),
        CHECK ((stream IS NULL) = (version IS NULL))
      )`);
    await runner.query(`
      -- The expected version of an append: two writers of one stream can't both write its next version.
      CREATE UNIQUE INDEX journal_stream_version ON ${schema}.journal (stream, version) WHERE stream IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${schemaOfMigration(runner)}.journal`);
  }
}
