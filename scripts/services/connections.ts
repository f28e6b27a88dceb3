import { connect } from 'amqplib';
import { Client } from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';

const LIMIT_MS = 10_000;

/**
 * Connects, signs in, asks a question, hangs up.
 * @throws {Error} that says what is wrong; the URL with its password is not in it
 */
export const checkPostgresql = async (url: string, limitMs: number = LIMIT_MS) => {
  // pg leaves `%2F` and the like in a database's name as they are written.
  const database = decodeURIComponent(new URL(url).pathname.slice(1));
  const client = new Client({
    ...parseIntoClientConfig(url),
    ...(database === '' ? {} : { database }),
    connectionTimeoutMillis: limitMs,
    query_timeout: limitMs,
  });
  // A connection that breaks while idle is reported by the query, too.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end().catch(() => undefined);
  }
};

/**
 * Connects, signs in, opens the virtual host, hangs up.
 * @throws {Error} that says what is wrong; the URL with its password is not in it
 */
export const checkRabbitmq = async (url: string, limitMs: number = LIMIT_MS) => {
  const connection = await connect(url, { timeout: limitMs, noDelay: true });
  connection.on('error', () => undefined);
  await connection.close();
};

/** Where the broker's management API is, if it answers to the same account on its usual port. */
export const managementOf = async (amqpUrl: string): Promise<string | undefined> => {
  const { protocol, hostname, username, password } = new URL(amqpUrl);
  // Its account must not cross the network in clear; ISOLITH_TEST_MANAGEMENT_URL can name the API.
  if (protocol === 'amqps:') return undefined;
  const account = `${decodeURIComponent(username || 'guest')}:${decodeURIComponent(password || 'guest')}`;
  const headers = { authorization: `Basic ${Buffer.from(account).toString('base64')}` };
  try {
    const answer = await fetch(`http://${hostname}:15672/api/vhosts`, { headers, signal: AbortSignal.timeout(3_000) });
    return answer.ok ? `http://${username || 'guest'}:${password || 'guest'}@${hostname}:15672` : undefined;
  } catch {
    // Not there, or elsewhere: ISOLITH_TEST_MANAGEMENT_URL can name it.
    return undefined;
  }
};
