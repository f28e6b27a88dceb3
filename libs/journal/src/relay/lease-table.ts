import { z } from 'zod';
import { onConnection } from '../connection.js';
import type { ContextJournal } from '../context-journal.js';
import { quoted } from '../statements.js';
import type { Subscriber } from './subscriber.js';

/** How long a lease holds without being renewed, by the database's clock. */
export const LEASE_MS = 5_000;

/** A subscription, by the names in its row. */
export type SubscriptionName = Pick<Subscriber, 'context' | 'subscription'>;

/** A lease that was granted. Its token is higher than that of every lease before it. */
export interface Lease extends SubscriptionName {
  /** A bigint, as text. */
  readonly token: string;
  /** Everything up to here was handed over by those who led before. */
  readonly position: number;
}

const nameRow = z.object({ context: z.string(), subscription: z.string() });
const position = z.coerce.number().int();
const leaseRow = nameRow.extend({ token: z.coerce.string(), position });
const storedRow = nameRow.extend({ position });

/**
 * The rows `subscription_checkpoint` of one journal: how far each subscription has been served, and which host serves it.
 * Each call is one statement, for any number of subscriptions; rows are locked in one order, so that two hosts never wait
 * for each other in a circle. Times are the database's: no host's clock decides who leads.
 */
export class LeaseTable {
  private readonly table: string;

  /** `holder`: a uuid of this host. `alone`: no other process can use this database, so whatever lease a row holds is a dead one. */
  constructor(
    private readonly journal: ContextJournal,
    private readonly holder: string,
    private readonly alone: boolean,
  ) {
    this.table = `${quoted(journal.schema)}.subscription_checkpoint`;
  }

  /** Decides once where each of these begins: one that has a row keeps it. Hosts may do so at once; the first counts. */
  async begin(subscribers: readonly (SubscriptionName & { readonly position: number })[]): Promise<void> {
    const values = [...names(subscribers), subscribers.map((each) => each.position)];
    await this.send(`INSERT INTO ${this.table} (context, subscription, position) SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[]) ON CONFLICT DO NOTHING`, values);
  }

  /** Takes those that are free: never led, released, or with a lease that ran out. */
  async claim(wanted: readonly SubscriptionName[]): Promise<readonly Lease[]> {
    const rows = await this.send(
      `WITH free AS (
         SELECT c.context, c.subscription FROM ${this.table} c JOIN unnest($1::text[], $2::text[]) AS w (context, subscription) USING (context, subscription)
         WHERE $4 OR c.holder IS NULL OR c.leased_until < clock_timestamp()
         ORDER BY c.context, c.subscription FOR UPDATE OF c SKIP LOCKED)
       UPDATE ${this.table} c SET holder = $3, token = c.token + 1, leased_until = clock_timestamp() + ${LEASE_MS} * interval '1 ms'
       FROM free WHERE c.context = free.context AND c.subscription = free.subscription
       RETURNING c.context, c.subscription, c.token, c.position`,
      [...names(wanted), this.holder, this.alone],
    );
    return z.array(leaseRow).parse(rows);
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
      [...names(leases), this.holder, leases.map(({ token }) => token), leases.map((each) => each.position)],
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

  private async send(text: string, values: readonly unknown[]): Promise<readonly unknown[]> {
    const { rows } = await onConnection(await this.journal.dataSource(), (client) => client.query<unknown>({ text, values }));
    return rows;
  }
}

const names = (of: readonly SubscriptionName[]): readonly [readonly string[], readonly string[]] => [
  of.map(({ context }) => context),
  of.map(({ subscription }) => subscription),
];
