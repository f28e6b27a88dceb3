import type { Statement, StatementResult } from './statement.js';

/**
 * How statements reach the server on one session. Implementers owe: statements run in the order of the calls; one that
 * fails rejects with the driver's error and leaves a session that goes on; a named one is prepared once per session,
 * and a name that stands for another text already is refused with neither of them run. Not their job: transactions,
 * whose session it is, what a lost connection means for its caller.
 */
export interface SessionStatements {
  /** Why no two of them ever go as one, in a clause for people; undefined where they do. */
  readonly singly: string | undefined;
  send<R>(statement: Statement): Promise<StatementResult<R>>;
  /**
   * All of them in one round trip; none runs behind one that failed.
   * @returns their results in order; undefined where these can't be sent as one, and nothing was sent then
   */
  sendAsOne<R>(statements: readonly Statement[]): Promise<readonly StatementResult<R>[]> | undefined;
}
