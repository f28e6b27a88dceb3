import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs of agents, what happened to them, the approvals that they wait for, and what was used up. */
export class CreateAgentRun implements MigrationInterface {
  readonly name = 'CreateAgentRun0000000000401';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOfMigration(runner);
    await runner.query(`
      -- One row per run: who may move it next, and sums of what its entries say.
      CREATE TABLE ${schema}.agent_run (
        id            text PRIMARY KEY,
        agent         text NOT NULL,
        owner         text NOT NULL,
        status        text NOT NULL DEFAULT 'resting' CHECK (status IN ('moving', 'waiting', 'resting')),
        -- Of its last entry.
        seq           integer NOT NULL DEFAULT 0,
        -- How often the model was asked for an answer, repeated attempts not counted.
        turn          integer NOT NULL DEFAULT 0,
        -- When it is to be moved next: at once, after a pause, or when an approval lapses. None while it rests.
        due_at        timestamptz,
        -- The host that moves it; none while it waits for anybody.
        holder        text,
        -- Counts the claims: a host that names another one than this writes nothing.
        token         integer NOT NULL DEFAULT 0,
        -- By the database's clock; afterwards any host may take the run.
        leased_until  timestamptz,
        -- As it is shown, so that pages that begin after one of them miss none.
        began_at      timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
        changed_at    timestamptz NOT NULL DEFAULT now(),
        -- Of the answers that came.
        input_tokens  bigint NOT NULL DEFAULT 0,
        output_tokens bigint NOT NULL DEFAULT 0,
        -- Used, and reserved by attempts that have no answer.
        tokens        bigint NOT NULL DEFAULT 0,
        money         bigint NOT NULL DEFAULT 0,
        CHECK ((due_at IS NULL) = (status = 'resting'))
      )`);
    await runner.query(`CREATE INDEX agent_run_due ON ${schema}.agent_run (due_at) WHERE status <> 'resting'`);
    await runner.query(`CREATE INDEX agent_run_owner ON ${schema}.agent_run (owner, began_at DESC, id DESC)`);
    await runner.query(`CREATE INDEX agent_run_began ON ${schema}.agent_run (began_at DESC, id DESC)`);
    await runner.query(`CREATE INDEX agent_run_rests ON ${schema}.agent_run (changed_at) WHERE status = 'resting'`);
    await runner.query(`
      -- What happened to a run, in order. Entries are never changed.
      CREATE TABLE ${schema}.agent_entry (
        run  text NOT NULL REFERENCES ${schema}.agent_run (id) ON DELETE CASCADE,
        seq  integer NOT NULL,
        at   timestamptz NOT NULL DEFAULT clock_timestamp(),
        kind text NOT NULL,
        -- What the kind has beside its name.
        -- Text as it was written: what a model made is given back byte for byte.
        data json NOT NULL,
        -- Of what was said: under one key it is said once.
        key  text,
        PRIMARY KEY (run, seq)
      )`);
    await runner.query(`CREATE UNIQUE INDEX agent_entry_key ON ${schema}.agent_entry (run, key) WHERE key IS NOT NULL`);
    await runner.query(`
      -- A call that a person decides on. Used once: with the call of this run, turn and index, and no other.
      CREATE TABLE ${schema}.agent_approval (
        id         text PRIMARY KEY,
        run        text NOT NULL REFERENCES ${schema}.agent_run (id) ON DELETE CASCADE,
        turn       integer NOT NULL,
        index      integer NOT NULL,
        owner      text NOT NULL,
        tool       text NOT NULL,
        -- As it is shown; and SHA-256 of what the model wrote, so that what is called is what was shown.
        input      json NOT NULL,
        digest     text NOT NULL,
        why        text NOT NULL,
        preview    json,
        -- Afterwards it counts as refused.
        until      timestamptz NOT NULL,
        status     text NOT NULL DEFAULT 'open'
                   CHECK (status IN ('open', 'approved', 'refused', 'used', 'lapsed')),
        decided_by text,
        decided_at timestamptz,
        UNIQUE (run, turn, index)
      )`);
    await runner.query(`
      -- What the runs of an agent have used on one day of UTC, with what is reserved by attempts without an answer.
      CREATE TABLE ${schema}.agent_use (
        scope  text NOT NULL CHECK (scope IN ('user-day', 'day')),
        agent  text NOT NULL,
        day    date NOT NULL,
        -- The user; empty in the scope of all.
        owner  text NOT NULL,
        tokens bigint NOT NULL CHECK (tokens >= 0),
        money  bigint NOT NULL CHECK (money >= 0),
        PRIMARY KEY (scope, agent, day, owner)
      )`);
    await runner.query(`CREATE INDEX agent_use_day ON ${schema}.agent_use (day)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOfMigration(runner);
    for (const table of ['agent_use', 'agent_approval', 'agent_entry', 'agent_run'])
      await runner.query(`DROP TABLE ${schema}.${table}`);
  }
}
