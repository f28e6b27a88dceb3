import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateParked implements MigrationInterface {
  readonly name = 'CreateParked0000000000005';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOfMigration(runner);
    await runner.query(`
      -- How often an event has failed. A row exists from the first failure until the event is handled or parked.
      CREATE TABLE ${schema}.failing_event (
        subscription text NOT NULL,
        message_id   text NOT NULL,
        attempts     integer NOT NULL,
        failed_at    timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (subscription, message_id)
      )`);
    await runner.query(`
      -- A key of a subscription whose events wait: while its row exists, what comes under the key joins it.
      CREATE TABLE ${schema}.parked_sequence (
        subscription text NOT NULL,
        key          text NOT NULL,
        parked_at    timestamptz NOT NULL DEFAULT now(),
        -- Who replays it, and until when by the database's clock; afterwards anybody may.
        replayed_by  uuid,
        leased_until timestamptz,
        PRIMARY KEY (subscription, key)
      )`);
    await runner.query(`
      CREATE TABLE ${schema}.parked_message (
        -- The order within a sequence.
        position       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        subscription   text NOT NULL,
        key            text NOT NULL,
        -- Of bytes that can't be read: their SHA-256.
        message_id     text NOT NULL,
        type           text,
        -- The envelope as it came, or the bytes that are none.
        envelope       json,
        raw            bytea,
        -- Times that its handler ran and threw.
        attempts       integer NOT NULL,
        -- Why it is here; none of what only waits behind another.
        problem_type   text,
        problem_detail text,
        parked_at      timestamptz NOT NULL DEFAULT now(),
        CHECK ((envelope IS NULL) <> (raw IS NULL)),
        CHECK ((problem_type IS NULL) = (problem_detail IS NULL)),
        CONSTRAINT parked_message_once UNIQUE (subscription, message_id),
        -- No message without a sequence that can be replayed.
        FOREIGN KEY (subscription, key) REFERENCES ${schema}.parked_sequence
      )`);
    await runner.query(
      `CREATE INDEX parked_message_sequence ON ${schema}.parked_message (subscription, key, position)`,
    );
    await runner.query(`
      -- The replays of groups, as their hosts report them.
      CREATE TABLE ${schema}.parked_replay (
        id           uuid PRIMARY KEY,
        filter       jsonb NOT NULL,
        per_second   integer NOT NULL,
        status       text NOT NULL CHECK (status IN ('running', 'completed', 'stopped')),
        replayed     integer NOT NULL DEFAULT 0,
        -- {id, problem: {type, detail}} of the message that stopped it, or a sentence about what else did.
        failed       jsonb,
        reason       text,
        started_by   text NOT NULL,
        started_at   timestamptz NOT NULL DEFAULT now(),
        ended_at     timestamptz,
        -- Its host reports before this; a running one that did not has lost its host.
        leased_until timestamptz NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOfMigration(runner);
    for (const table of ['parked_replay', 'parked_message', 'parked_sequence', 'failing_event'])
      await runner.query(`DROP TABLE ${schema}.${table}`);
  }
}
