import { schemaOfMigration } from '@isolith/postgres/internal';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddJournalNews implements MigrationInterface {
  readonly name = 'AddJournalNews0000000000010';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOfMigration(runner);
    await runner.query(`
      -- A read of the journal behind what is known to be safe, in one round trip; FencedReader says why it passes nothing over. It is a
      -- transaction of its own. In READ COMMITTED each statement in here sees what was committed before that statement. A stricter level
      -- sees less, so that a fence may take one more look to be passed; it never passes one too early.
      --
      -- One row for each event, or one without: then there is none, or the fence is not passed yet. Sessions keep the plan of who calls
      -- this, so another shape of its rows takes another name.
      CREATE FUNCTION ${schema}.journal_news(
        seen bigint, safe bigint, wanted text[], span bigint, most integer,
        -- A fence that an earlier look raised; nulls: none.
        fence_end bigint, fence xid8
      ) RETURNS TABLE (
        -- The fence's end; when this look raised none, the last position drawn.
        drawn bigint,
        -- The fence's transaction id; null: this look needed no fence.
        raised text,
        -- Null without a fence.
        passed boolean,
        "position" bigint, type text, schema_version integer, key text, data jsonb, metadata jsonb, recorded_at timestamptz
      )
      -- Sessions keep a plan that was made while the journal was small; to read it all and sort would be one, until the next ANALYZE.
      LANGUAGE plpgsql VOLATILE SET enable_sort = off AS $news$
      BEGIN
        drawn := fence_end;
        IF fence IS NOT NULL THEN
          -- Its own transaction has ended, so it does not count any more.
          passed := pg_snapshot_xmin(pg_current_snapshot()) > fence;
        ELSE
          -- An id that is older than the end of the sequence would be no fence.
          IF pg_current_xact_id_if_assigned() IS NOT NULL THEN
            RAISE EXCEPTION 'journal_news must be a transaction of its own' USING ERRCODE = 'active_sql_transaction';
          END IF;
          -- A sequence that was never used reports its first value as its last.
          SELECT CASE WHEN s.is_called THEN s.last_value ELSE 0 END INTO drawn FROM ${schema}.journal_position_seq AS s;
          IF drawn > seen AND drawn > safe THEN
            fence := pg_current_xact_id();
            -- In a statement of its own, behind the one that drew the id: the oldest that runs is this one, or it is not passed.
            passed := pg_snapshot_xmin(pg_current_snapshot()) >= fence;
          END IF;
        END IF;
        raised := fence::text;
        IF passed IS NOT FALSE AND drawn > seen THEN
          -- Behind the check, so this sees all that had ended when it was made.
          RETURN QUERY SELECT drawn, raised, passed, j.position, j.type, j.schema_version, j.key, j.data, j.metadata, j.recorded_at
            FROM ${schema}.journal AS j
            WHERE j.position > seen AND j.position <= least(drawn, seen + span) AND j.type = ANY (wanted)
            ORDER BY j.position LIMIT most;
          IF FOUND THEN RETURN; END IF;
        END IF;
        RETURN NEXT;
      END
      $news$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `DROP FUNCTION ${schemaOfMigration(runner)}.journal_news(bigint, bigint, text[], bigint, integer, bigint, xid8)`,
    );
  }
}
