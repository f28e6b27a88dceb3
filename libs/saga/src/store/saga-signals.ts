import { quoted } from '@isolith/postgres/internal';
import type { UnitOfWork } from '@isolith/journal';
import { z } from 'zod';
import type { Signal } from '../definition/planned-wait.js';
import { KEPT_OF_A_KEY } from '../definition/verify-waits.js';
import type { Hearing } from '../instance/progress.js';
import { json } from './saga-sql.js';

const signalRow = z.object({ id: z.string(), schemaVersion: z.int(), data: z.unknown() });

/** An event as it arrives: its contract, and the value of its key field as text. */
export interface ArrivedSignal extends Signal {
  readonly contract: string;
  readonly key: string;
}

/**
 * Events that sagas of one context wait for. An event of a contract and key, and a saga that waits for it:
 *
 *   event: not here --arrive(): kept, those that rest for it made due--> kept --older than it has to be, or one of too many--> gone
 *   saga:  due --saved at rest, nothing found--> at rest --made due by arrive()--> due --found--> taken
 *
 * Both are done under one lock of contract and key, each in a transaction of its own: arrive(), and every save that
 * leaves a saga at rest with the look before it. So of the two one comes first.
 *  - The event first: it is committed, and the look finds it. That holds for every state before the saga rests: not
 *  begun, on its way to
 *    the step, held by a host that looks or reminds.
 *  - The saga first: it is at rest in the table, and arrive() makes it due. Where somebody has locked its row, arrive()
 *    waits for the end of that transaction and looks at what it left: what rests as before, after a rollback or a
 *    renewal, is made due; so is what a claim has taken, whose host looks anyway before it lets it rest; what an
 *    operator has moved on does not wait any more.
 * Sagas of one key are locked in one order. A renewal locks several rows in another one, and somebody may stay in a
 * unit for long: the database then ends arrive() by a ConcurrencyError or an OverloadedError, nothing is kept, and the
 * inbox has the event once more. A host that dies has committed either all of it or nothing. What made the saga go on
 * names the event among those that it has heard, in the same statement, and no look of that saga finds it again. An
 * event that is delivered again is there already, or in the inbox.
 */
export class SagaSignals {
  private readonly table: string;
  private readonly sagas: string;

  constructor(
    schema: string,
    private readonly unit: Pick<UnitOfWork, 'query' | 'execute'>,
  ) {
    this.table = `${quoted(schema)}.saga_signal`;
    this.sagas = `${quoted(schema)}.saga`;
  }

  /**
   * In the open unit, which is the subscription's: keeps the event and makes due who rests for it. Resolves with
   * whether anybody does.
   */
  async arrive({ contract, key, id, schemaVersion, data }: ArrivedSignal): Promise<boolean> {
    await this.lock(contract, key);
    // Of one key the newest are kept: more of them than one saga has steps that could take one.
    const due = await this.unit.execute(
      `WITH kept AS (
         INSERT INTO ${this.table} (contract, key, event_id, schema_version, data) VALUES ($1, $2, $3, $4, $5::jsonb) ON CONFLICT DO NOTHING),
       surplus AS (
         DELETE FROM ${this.table} WHERE contract = $1 AND key = $2 AND event_id IN (
           SELECT event_id FROM ${this.table} WHERE contract = $1 AND key = $2 AND event_id <> $3 ORDER BY arrived_at DESC OFFSET ${KEPT_OF_A_KEY - 1})),
       resting AS (
         SELECT name, id FROM ${this.sagas}
         WHERE wait IS NOT NULL AND wait->>'event' = $1 AND wait->>'key' = $2 AND status = 'running'
         ORDER BY name, id FOR NO KEY UPDATE)
       UPDATE ${this.sagas} s SET due_at = now() FROM resting WHERE s.name = resting.name AND s.id = resting.id`,
      [contract, key, id, schemaVersion, json(data)],
    );
    return due > 0;
  }

  /** In an open unit: the oldest that was not taken. Until the unit ends none of this contract and key arrives. */
  async look({ contract, key, heard }: Hearing): Promise<Signal | undefined> {
    await this.lock(contract, key);
    const [found] = await this.unit.query(
      signalRow,
      `SELECT event_id AS id, schema_version AS "schemaVersion", data FROM ${this.table}
       WHERE contract = $1 AND key = $2 AND NOT event_id = ANY($3::text[]) ORDER BY arrived_at LIMIT 1`,
      [contract, key, heard],
    );
    return found;
  }

  /** A statement of its own: what follows sees what was committed before the lock was had. */
  private async lock(contract: string, key: string): Promise<void> {
    await this.unit.execute(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [
      JSON.stringify([this.table, contract, key]),
    ]);
  }
}
