import { quoted } from '@isolith/postgres/internal';
import type { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { z } from 'zod';
import type { RefusedCommand, Refusals } from './refusals.js';

const counted = z.object({ refusals: z.int() });

/**
 * The refusals of one context, in its own schema. Written while the event is being handled, and kept when it is then
 * parked.
 */
export class RefusalTable implements Refusals {
  private readonly table: string;

  constructor(
    schema: string,
    private readonly unit: Pick<UnitOfWork, 'intent' | 'execute'>,
    private readonly database: Pick<ContextDatabase, 'query'>,
  ) {
    this.table = `${quoted(schema)}.choreography_refusal`;
  }

  async count({ choreography, eventId, command }: RefusedCommand): Promise<number> {
    const [row] = await this.database.query(
      counted,
      `SELECT refusals FROM ${this.table} WHERE choreography = $1 AND event_id = $2 AND command = $3`,
      [choreography, eventId, command],
    );
    return row?.refusals ?? 0;
  }

  async record({ choreography, eventId, command }: RefusedCommand, refusals: number): Promise<void> {
    const sql = `INSERT INTO ${this.table} AS known (choreography, event_id, command, refusals) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (choreography, event_id, command)
                 DO UPDATE SET refusals = greatest(known.refusals, excluded.refusals), refused_at = now()`;
    await this.unit.intent(() => this.unit.execute(sql, [choreography, eventId, command, refusals]));
  }
}
