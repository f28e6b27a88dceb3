import { z } from 'zod';
import { onConnection, quoted } from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';
import type { SubscriptionName } from '../subscriptions/lease-table.js';
import { INBOX_DAYS } from '../retention/retention.js';
import type { Effects } from './effects.js';

/** How far a subscription has come in effect, beside how far its checkpoint says. */
export interface LastEffect {
  /** Everything up to here has been handed over. */
  readonly checkpoint: number;
  /** Up to here every event has had its effect, as far as was looked; the checkpoint when none is missing. */
  readonly position: number;
  /**
   * Events up to the checkpoint, of those that were looked at, without an effect. In a broker's queue they are only
   * late.
   */
  readonly missing: number;
  /**
   * Events without an effect of types of which nobody knows whether the subscription took them by then, since it began
   * before that was recorded. They count as not meant for it.
   */
  readonly unsure: number;
}

/** How far back `findLastEffect` looks. */
export interface LookBack {
  /**
   * For how many days the consumer's inbox knows what it has handled; default 30. Older events are taken for dealt
   * with.
   */
  readonly inboxDays?: number;
  /** So many events in a row, all dealt with, and the look ends; default 10,000. */
  readonly enough?: number;
  /** Everything up to here has its effect: the look ends there; default 0. */
  readonly after?: number;
}

const BATCH = 1_000;
const ENOUGH = 10_000;

const checkpointRow = z.object({
  position: z.coerce.number().int(),
  types: z.array(z.string()),
  began: z.record(z.string(), z.number()),
});
const eventRow = z.object({ position: z.coerce.number().int(), type: z.string(), id: z.string() });
type Event = z.output<typeof eventRow>;

/**
 * Looks from the checkpoint of a subscription back over the events that were handed over, until enough in a row have
 * been dealt with. Keys go side by side, so one event may be late among many that are not; what waits for its next
 * attempt is found however old it is.
 * @returns undefined when the journal knows no such subscription
 */
export async function findLastEffect(
  journal: ContextJournal,
  { context, subscription }: SubscriptionName,
  effects: Effects,
  { inboxDays = INBOX_DAYS, enough = ENOUGH, after = 0 }: LookBack = {},
): Promise<LastEffect | undefined> {
  const schema = quoted(journal.schema);
  const ask = async (text: string, values: readonly unknown[]): Promise<unknown[]> =>
    (await onConnection(await journal.dataSource(), (client) => client.query<unknown>({ text, values }))).rows;
  const [row] = await ask(
    `SELECT position, types, began FROM ${schema}.subscription_checkpoint WHERE context = $1 AND subscription = $2`,
    [context, subscription],
  );
  if (row === undefined) return undefined;
  const { position: checkpoint, types, began } = checkpointRow.parse(row);
  // An hour less: what was handled at the edge is being deleted while this looks.
  const young = `recorded_at > now() - $1::float8 * interval '1 day' + interval '1 hour'`;
  const columns = `position, type, metadata->>'id' AS id`;
  const found = new Findings(began, checkpoint);
  let before = checkpoint;
  for (let inARow = 0; inARow < enough;) {
    const events = z
      .array(eventRow)
      .parse(
        await ask(
          `SELECT ${columns} FROM ${schema}.journal WHERE position <= $2 AND position > $4 AND ${young} AND type = ANY($3::text[]) ORDER BY position DESC LIMIT ${BATCH}`,
          [inboxDays, before, types, after],
        ),
      );
    const dealt = await effects.dealtWith(events.map(({ id }) => id));
    for (const event of events) inARow = found.note(event, dealt.has(event.id)) ? inARow + 1 : 0;
    const oldest = events.at(-1);
    before = oldest === undefined || events.length < BATCH ? 0 : oldest.position - 1;
    if (before === 0) break;
  }
  const waiting = await effects.waiting();
  if (waiting.length > 0) {
    const late = await ask(
      `SELECT ${columns} FROM ${schema}.journal WHERE position <= $2 AND ${young} AND metadata->>'id' = ANY($3::text[]) ORDER BY position DESC`,
      [inboxDays, before, waiting],
    );
    for (const event of z.array(eventRow).parse(late)) found.note(event, false);
  }
  return found.told();
}

interface Some {
  readonly count: number;
  readonly first: number;
}
const none: Some = { count: 0, first: Infinity };

/** Events from the newest to the oldest, each noted once. */
class Findings {
  private missing = none;
  /** By type: events without an effect, which count once an older event of the type has had one. */
  private readonly unsure = new Map<string, Some>();

  constructor(
    private readonly began: Readonly<Record<string, number>>,
    private readonly checkpoint: number,
  ) {}

  /** Whether nothing is wrong with it. */
  note({ position, type }: Event, dealt: boolean): boolean {
    const from = this.began[type];
    const unsure = this.unsure.get(type) ?? none;
    if (dealt) {
      this.missing = both(this.missing, unsure);
      this.unsure.delete(type);
      return true;
    }
    const one: Some = { count: 1, first: position };
    if (from === undefined) this.unsure.set(type, both(unsure, one));
    else if (position > from) this.missing = both(this.missing, one);
    return from !== undefined && position <= from;
  }

  told(): LastEffect {
    const { count, first } = this.missing;
    return {
      checkpoint: this.checkpoint,
      position: Math.min(this.checkpoint, first - 1),
      missing: count,
      unsure: [...this.unsure.values()].reduce((sum, some) => sum + some.count, 0),
    };
  }
}

const both = (a: Some, b: Some): Some => ({ count: a.count + b.count, first: Math.min(a.first, b.first) });
