import type { ConnectionSource } from '../connections/connection-source.js';
import { connectionFor, type PostgresTarget } from '../targets/target.js';
import { outsideOfUnits } from '../connections/connection-scope.js';
import { sqlState } from '../connections/database-errors.js';
import { DatabaseRefusedError } from '../connections/errors.js';
import { missingRights } from './context-rights.js';
import { factsOf, GIVEN, NEEDED, type ServerFacts } from './server-facts.js';
import { refusalsOf } from './server-rules.js';
import { sharesSessions } from './shared-sessions.js';
import { unreachable } from './unreachable.js';

const SHARED =
  'connections take turns on one session, as behind PgBouncer with pool_mode = transaction; locks, settings, prepared statements and LISTEN ' +
  'need a session of their own: set pool_mode = session for this database, or connect to the server itself';

/**
 * Asks a server, before anything is done there, whether contexts can work on it. `variable`: what names it, for what is
 * said.
 * @throws DatabaseRefusedError with everything that speaks against it
 */
export async function examineServer(
  source: ConnectionSource,
  target: PostgresTarget,
  variable: string,
): Promise<ServerFacts> {
  const refuse = (reasons: readonly string[]): DatabaseRefusedError =>
    new DatabaseRefusedError(reasons.map((reason) => `${variable}: ${reason}`));
  const { client, statements, giveBack } = await outsideOfUnits(() => source.checkout()).catch((error: unknown) => {
    throw refuse([unreachable(error, target.url)]);
  });
  try {
    // First: of a session that is another one each time nothing else could be said for sure.
    if (await sharesSessions(client, connectionFor(target))) throw refuse([SHARED]);
    const isShared = target.shared !== undefined;
    const facts = await factsOf({ client, statements }, isShared ? NEEDED : GIVEN);
    const reasons = refusalsOf(facts, isShared);
    if (reasons.length > 0 || 'tooOld' in facts) throw refuse(reasons);
    return facts;
  } finally {
    giveBack();
  }
}

/** @throws DatabaseRefusedError with the rights that the role lacks for a context's schema */
export async function examineRights(source: ConnectionSource, schema: string, variable: string): Promise<void> {
  const { client, giveBack } = await outsideOfUnits(() => source.checkout());
  try {
    const reasons = await missingRights(client, schema);
    if (reasons.length > 0)
      throw new DatabaseRefusedError(
        reasons.map((reason) => `${variable}: ${reason}`),
        'context',
      );
  } finally {
    giveBack();
  }
}

const INSUFFICIENT_PRIVILEGE = '42501';

/** What a migration was refused for want of a right, as a refusal of the start; any other error as it is. */
export function refusedRight(error: unknown, context: string, variable: string): unknown {
  if (sqlState(error) !== INSUFFICIENT_PRIVILEGE || !(error instanceof Error)) return error;
  return new DatabaseRefusedError(
    [
      `${variable}: the role may not bring the tables of ${context} up to date (${error.message}): ` +
        'let the role that owns them run this host, or make this one a member of it',
    ],
    'context',
  );
}
