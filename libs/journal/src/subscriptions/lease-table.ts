import { z } from 'zod';
import { onConnection, quoted } from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';
import type { Subscriber } from './subscriber.js';

/** How long a lease holds without being renewed, by the database's clock. */
export const LEASE_MS = 5_000;

/** A subscription, by the names in its row. */
export type SubscriptionName = Pick<Subscriber, 'context' | 'subscription'>;

/** What a host would serve, and the event types that it takes. */
export interface Wanted extends SubscriptionName {
  readonly types: readonly string[];
}

/** A lease that was granted. Its token is higher than that of every lease before it. */
export interface Lease extends SubscriptionName {
  /** A bigint, as text. */
  readonly token: string;
  /** Everything up to here was handed over by those who led before. */
  readonly position: number;
}

/** What came of a claim. */
export interface Claimed {
  /** `dropped`: types that those who led before took, and that are passed over from here on. */
  readonly granted: readonly (Lease & { readonly dropped: readonly string[] })[];
  /** Free, but for hosts that take more types. */
  readonly withheld: readonly (SubscriptionName & { readonly token: string })[];
}

const nameRow = z.object({ context: z.string(), subscription: z.string() });
const position = z.coerce.number().int();
const leaseRow = nameRow.extend({ token: z.coerce.string(), position });
const claimedRow = leaseRow.extend({ granted: z.boolean(), dropped: z.array(z.string()) });
const storedRow = nameRow.extend({ position });
const behindRow = storedRow.extend({ waitedMs: z.number() });

/**
 * The rows `subscription_checkpoint` of one journal: how far each subscription has been served, and which host serves
 * it. Each call is one statement, for any number of subscriptions; rows are locked in one order, so that two hosts
 * never wait for each other in a circle. Times are the database's: no host's clock decides who leads.
 *
 * During a rolling release hosts differ in the event types that they take for one subscription. A row knows the types
 * that its leader takes, and one that takes fewer gets no lease: it would store positions behind events that it never
 * saw.
 *
 *   begin, with a type unknown to the row: a newer release. The row's types are this host's; its lease, if any, is
 *   void,
 *          so an older host that leads stores nothing from then on.
 *   claim  grants what is free to who takes all types of the row; to who takes fewer only when it has seen all others
 *          gone (Absence). The types it doesn't take are forgotten then, so whoever brings them again is newer again.
 *
 * So while a lease holds, its holder takes all types of the row.
 */
export class LeaseTable {
  private readonly table: string;

  /**
   * `holder`: a uuid of this host. `alone`: no other process can use this database, so whatever lease a row holds is a
   * dead one.
   */
  constructor(
    private readonly journal: ContextJournal,
    private readonly holder: string,
    private readonly alone: boolean,
  ) {
    this.table = `${quoted(journal.schema)}.subscription_checkpoint`;
  }

  /**
   * Decides once where each of these begins: one that has a row keeps its position. Hosts may do so at once; the first
   * counts.
   */
  async begin(subscribers: readonly (Wanted & { readonly position: number })[]): Promise<void> {
    await this.send(
      `INSERT INTO ${this.table} AS c (context, subscription, position, types, known, began)
       SELECT context, subscription, position, types, types, ${beginnings('w.types', 'w.position')}
       FROM jsonb_to_recordset($1::jsonb) AS w (context text, subscription text, position bigint, types text[]) ORDER BY 1, 2
       ON CONFLICT (context, subscription) DO UPDATE
       SET types = excluded.types, known = ARRAY(SELECT unnest(c.known) UNION SELECT unnest(excluded.types)), token = c.token + 1, holder = NULL, leased_until = NULL,
         began = c.began || ${beginnings('ARRAY(SELECT unnest(excluded.types) EXCEPT SELECT unnest(c.known))', 'c.position')}
       WHERE NOT excluded.types <@ c.known`,
      [
        JSON.stringify(
          subscribers.map(({ context, subscription, position: from, types }) => ({
            context,
            subscription,
            position: from,
            types,
          })),
        ),
      ],
    );
  }

  /**
   * Takes those that are free: never led, released, or with a lease that ran out; and that need no type which this host
   * doesn't take, or whose token is `absent`: see Absence.
   */
  async claim(wanted: readonly (Wanted & { readonly absent?: string | undefined })[]): Promise<Claimed> {
    const free = '(c.holder IS NULL OR c.leased_until < clock_timestamp())';
    const rows = await this.send(
      `WITH w AS (
         SELECT * FROM jsonb_to_recordset($1::jsonb) AS w (context text, subscription text, types text[], absent bigint)),
       free AS (
         SELECT c.context, c.subscription, w.types, c.types AS before FROM ${this.table} c JOIN w USING (context, subscription)
         WHERE $3 OR ${free} AND (c.types <@ w.types OR c.token = w.absent)
         ORDER BY c.context, c.subscription FOR UPDATE OF c SKIP LOCKED),
       taken AS (
         UPDATE ${this.table} c SET holder = $2, token = c.token + 1, leased_until = clock_timestamp() + ${LEASE_MS} * interval '1 ms', types = free.types,
           known = CASE WHEN free.before <@ free.types THEN ARRAY(SELECT unnest(c.known) UNION SELECT unnest(free.types)) ELSE free.types END
         FROM free WHERE c.context = free.context AND c.subscription = free.subscription
         RETURNING c.context, c.subscription, c.token, c.position, ARRAY(SELECT unnest(free.before) EXCEPT SELECT unnest(free.types)) AS dropped)
       SELECT true AS granted, context, subscription, token, position, dropped FROM taken
       UNION ALL
       SELECT false, c.context, c.subscription, c.token, c.position, '{}' FROM ${this.table} c JOIN w USING (context, subscription)
       WHERE NOT $3 AND ${free} AND NOT c.types <@ w.types AND NOT EXISTS (SELECT FROM taken t WHERE t.context = c.context AND t.subscription = c.subscription)`,
      [
        JSON.stringify(
          wanted.map(({ context, subscription, types, absent }) => ({ context, subscription, types, absent })),
        ),
        this.holder,
        this.alone,
      ],
    );
    const claimed = z.array(claimedRow).parse(rows);
    return { granted: claimed.filter(({ granted }) => granted), withheld: claimed.filter(({ granted }) => !granted) };
  }

  /**
   * Renews these leases and stores how far their holder has come. Yields those that are still held. Of a lease that was
   * taken over nothing is written: its token is not the row's any more. Never moves a position back.
   */
  async keep(leases: readonly Lease[]): Promise<readonly SubscriptionName[]> {
    const rows = await this.send(
      `WITH mine AS (
         SELECT c.context, c.subscription, w.position FROM ${this.table} c
         JOIN unnest($1::text[], $2::text[], $4::bigint[], $5::bigint[]) AS w (context, subscription, token, position) USING (context, subscription)
         WHERE c.holder = $3 AND c.token = w.token
         ORDER BY c.context, c.subscription FOR UPDATE OF c)
       UPDATE ${this.table} c SET position = greatest(c.position, mine.position), updated_at = now(), leased_until = clock_timestamp() + ${LEASE_MS} * interval '1 ms'
       FROM mine WHERE c.context = mine.context AND c.subscription = mine.subscription
       RETURNING c.context, c.subscription`,
      [...namesOf(leases), this.holder, leases.map(({ token }) => token), leases.map((each) => each.position)],
    );
    return z.array(nameRow).parse(rows);
  }

  /** Stores how far it came and leaves it to whoever is next. Nothing happens when somebody else has it already. */
  async release({ context, subscription, token, position }: Lease): Promise<void> {
    await this.send(
      `UPDATE ${this.table} SET position = greatest(position, $5), updated_at = now(), holder = NULL, leased_until = NULL
       WHERE context = $1 AND subscription = $2 AND holder = $3 AND token = $4`,
      [context, subscription, this.holder, token, position],
    );
  }

  /** How far each subscription has been served, as it is stored. */
  async stored(): Promise<readonly (SubscriptionName & { readonly position: number })[]> {
    return z.array(storedRow).parse(await this.send(`SELECT context, subscription, position FROM ${this.table}`, []));
  }

  /**
   * Of these, those for which recorded events wait: where each stands, and for how many milliseconds the first event
   * has waited.
   */
  async behind(
    names: readonly SubscriptionName[],
  ): Promise<readonly (SubscriptionName & { readonly position: number; readonly waitedMs: number })[]> {
    const rows = await this.send(
      `SELECT c.context, c.subscription, c.position, (extract(epoch FROM clock_timestamp() - first.recorded_at) * 1000)::float8 AS "waitedMs"
       FROM ${this.table} c JOIN unnest($1::text[], $2::text[]) AS w (context, subscription) USING (context, subscription)
       CROSS JOIN LATERAL (SELECT recorded_at FROM ${quoted(this.journal.schema)}.journal j
         WHERE j.position > c.position AND j.type = ANY (c.types) ORDER BY j.position LIMIT 1) AS first`,
      namesOf(names),
    );
    return z.array(behindRow).parse(rows);
  }

  private async send(text: string, values: readonly unknown[]): Promise<readonly unknown[]> {
    const { rows } = await onConnection(await this.journal.dataSource(), (client) =>
      client.query<unknown>({ text, values }),
    );
    return rows;
  }
}

/** By type, where the subscription begins to take it. */
const beginnings = (types: string, position: string): string =>
  `(SELECT coalesce(jsonb_object_agg(type, ${position}), '{}') FROM unnest(${types}) AS type)`;

const namesOf = (of: readonly SubscriptionName[]): readonly [readonly string[], readonly string[]] => [
  of.map(({ context }) => context),
  of.map(({ subscription }) => subscription),
];
