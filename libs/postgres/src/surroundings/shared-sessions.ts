import { randomUUID } from 'node:crypto';
import { Client, type ClientBase, type ClientConfig } from 'pg';

const ROUNDS = 3;
const ANSWER_MS = 2_000;

/**
 * Whether two connections take turns on one session, as behind a pooler in transaction or statement mode. A session
 * gets a mark. Whoever else reads it shares the session, and whoever does not read its own mark any more was given
 * another one. Other users of the pooler may take the marked one meanwhile, hence both questions, and more than one
 * round.
 */
export async function sharesSessions(client: Pick<ClientBase, 'query'>, connection: ClientConfig): Promise<boolean> {
  const other = new Client({
    application_name: 'isolith start',
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
    ...connection,
  });
  other.on('error', () => undefined);
  try {
    await other.connect();
    for (let round = 0; round < ROUNDS; round += 1) {
      const mark = randomUUID();
      await client.query(`SELECT set_config('isolith.mark', $1, false)`, [mark]);
      const heard = await markOf(other);
      if (heard === mark || (await markOf(client)) !== mark) return true;
    }
    return false;
  } catch {
    // No second session to be had, now or in time: then nobody shares this one. Whatever else is wrong shows where it
    // is looked for.
    return false;
  } finally {
    await other.end();
  }
}

async function markOf(client: Pick<ClientBase, 'query'>): Promise<unknown> {
  const { rows } = await client.query<{ mark: unknown }>(`SELECT current_setting('isolith.mark', true) AS mark`);
  return rows[0]?.mark;
}
