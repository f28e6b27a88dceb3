import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Approvals of calls that belong to no run of an agent. */
export class CreateCallApproval implements MigrationInterface {
  readonly name = 'CreateCallApproval0000000000402';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOfMigration(runner);
    await runner.query(`
      -- A call that its owner decides on: once, and used once.
      CREATE TABLE ${schema}.agent_call_approval (
        id         text PRIMARY KEY,
        owner      text NOT NULL,
        tool       text NOT NULL,
        title      text NOT NULL,
        -- JSON as text, as it is shown.
        input      text NOT NULL,
        -- Of tool, input and key: calls of one owner with one digest are one call.
        digest     text NOT NULL,
        why        text NOT NULL,
        preview    text,
        -- The sessions that it was asked for in: none of them decides.
        asked_in   text[] NOT NULL,
        -- Afterwards it is over, whatever its status.
        until      timestamptz NOT NULL,
        status     text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'approved', 'refused', 'used')),
        asked_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
        decided_at timestamptz,
        used_at    timestamptz
      )`);
    await runner.query(`CREATE INDEX agent_call_approval_call ON ${schema}.agent_call_approval (owner, digest, until)`);
    await runner.query(
      `CREATE INDEX agent_call_approval_open ON ${schema}.agent_call_approval (owner, asked_at) WHERE status = 'open'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${schemaOfMigration(runner)}.agent_call_approval`);
  }
}

/** Every context that keeps approvals of calls has them, in its own schema. */
export const callApprovalMigrations = [CreateCallApproval];
