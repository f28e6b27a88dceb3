import { databaseError } from '@isolith/postgres/internal';
import type { Trouble } from '../instance/progress.js';

/**
 * SQLSTATEs of what a database can't hold (data exception), must not hold (integrity constraint violation), and holds
 * none so large of (program limit exceeded): https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const REFUSED_FOR_GOOD = /^(?:22|23|54)/;

/**
 * What is wrong with a transition that the database will refuse however often it is saved; undefined for an error that
 * may pass. The database's own words may quote what is saved, so only the log has them.
 */
export function unsaveable(error: unknown): Trouble | undefined {
  const code = databaseError(error)?.code;
  return code !== undefined && REFUSED_FOR_GOOD.test(code)
    ? {
        type: 'saga-error',
        detail: `what it came to can't be saved: the database refuses it (SQLSTATE ${code}); the log has the rest`,
      }
    : undefined;
}
