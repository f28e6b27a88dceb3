import { Client } from 'pg';
import { z } from 'zod';
import { sqlState } from '../connections/database-errors.js';
import { connectionOf } from '../connections/connection-url.js';
import { DatabaseRefusedError } from '../connections/errors.js';
import { pinSession } from '../connections/session-settings.js';
import type { Session } from '../connections/session.js';
import { unreachable } from '../surroundings/unreachable.js';

const ANSWER_MS = 35_000;
const CONNECT_MS = 5_000;

/** A session that is ended by who opened it. */
export interface OpenSession extends Session {
  end(): Promise<void>;
}

async function connected(url: string): Promise<OpenSession> {
  const client = new Client({
    application_name: 'isolith roles',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    ...connectionOf(url),
  });
  // What is under way fails with it, and that is told.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await pinSession(client, true);
  } catch (error) {
    await client.end();
    throw error;
  }
  return {
    query: async (text, values = []) => (await client.query<Record<string, unknown>>(text, [...values])).rows,
    end: () => client.end(),
  };
}

/** @throws DatabaseRefusedError naming the variable, without anything secret */
export async function sessionAt(url: string, variable: string): Promise<OpenSession> {
  try {
    return await connected(url);
  } catch (error) {
    throw new DatabaseRefusedError([`${variable}: ${unreachable(error, url)}`]);
  }
}

const WRONG_PASSWORD = new Set(['28P01', '28000']);
/** The password was right: what is missing is a right. */
const NOT_ALLOWED = '42501';

/** Whether the account of a URL gets in, with rights or without. @throws DatabaseRefusedError when nobody can know */
export async function getsIn(url: string, variable: string): Promise<boolean> {
  try {
    await (await connected(url)).end();
    return true;
  } catch (error) {
    if (WRONG_PASSWORD.has(sqlState(error) ?? '')) return false;
    if (sqlState(error) === NOT_ALLOWED) return true;
    throw new DatabaseRefusedError([`${variable}: ${unreachable(error, url)}`]);
  }
}

const admin = z.tuple([
  z.object({
    database: z.string(),
    role: z.string(),
    superuser: z.boolean(),
    may_create_roles: z.boolean(),
    version: z.coerce.number(),
  }),
]);

export type Administrator = z.output<typeof admin>[0];

/** Who an administrator's session belongs to. */
export async function administratorOf(session: Session): Promise<Administrator> {
  return admin.parse(
    await session.query(
      `SELECT current_database() AS database, rolname AS role, rolsuper AS superuser, rolsuper OR rolcreaterole AS may_create_roles,
         current_setting('server_version_num') AS version
       FROM pg_roles WHERE rolname = current_user`,
    ),
  )[0];
}
