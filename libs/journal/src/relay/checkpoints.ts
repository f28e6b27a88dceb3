import { z } from 'zod';
import { onConnection } from '../connection.js';
import type { ContextJournal } from '../context-journal.js';
import { quoted } from '../statements.js';

const found = z.array(z.object({ position: z.coerce.number().int() }));

/** How far one subscription has been served, kept beside the journal that it is served from. */
export class Checkpoint {
  private readonly table: string;
  private readonly key: readonly string[];

  constructor(
    private readonly journal: ContextJournal,
    context: string,
    subscription: string,
  ) {
    this.table = `${quoted(journal.schema)}.subscription_checkpoint`;
    this.key = [context, subscription];
  }

  /** The stored position; a subscription that has none begins at `from()`, decided once and stored. */
  async load(from: () => Promise<number>): Promise<number> {
    const stored = await this.find();
    if (stored !== undefined) return stored;
    // Two hosts may decide at once: the first counts for both.
    await this.send(`INSERT INTO ${this.table} (context, subscription, position) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, [...this.key, await from()]);
    return (await this.find()) ?? 0;
  }

  /** Never moves back. */
  async save(position: number): Promise<void> {
    await this.send(`UPDATE ${this.table} SET position = $3, updated_at = now() WHERE context = $1 AND subscription = $2 AND position < $3`, [...this.key, position]);
  }

  private async find(): Promise<number | undefined> {
    const rows = await this.send(`SELECT position FROM ${this.table} WHERE context = $1 AND subscription = $2`, this.key);
    return found.parse(rows)[0]?.position;
  }

  private async send(text: string, values: readonly unknown[]): Promise<readonly unknown[]> {
    const { rows } = await onConnection(await this.journal.dataSource(), (client) => client.query<unknown>({ text, values }));
    return rows;
  }
}
