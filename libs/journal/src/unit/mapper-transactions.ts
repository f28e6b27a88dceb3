import type { SendOnSession } from './mapper-client.js';
import type { Statement, StatementResult } from '@isolith/postgres/internal';

const SAVEPOINT = 'isolith_mapper';
const PLAIN = /^(?:begin|start transaction|commit|end|rollback|abort)(?: work| transaction)?$/;
const BEGINS = /^(?:begin|start)\b/;
const UNDOES = /^(?:rollback|abort)\b/;
const TO_SAVEPOINT = /^rollback(?: work| transaction)? to\b/;
const ANY = /^(?:begin|start|commit|end|rollback|abort|prepare transaction)\b/;

/**
 * What a mapper sends in a unit of work. The transaction is the unit's: one that the mapper begins is a savepoint in
 * it.
 *
 *   none --BEGIN: SAVEPOINT--> open --COMMIT: RELEASE--> none
 *                                '--ROLLBACK: back to it, RELEASE--> none
 *
 * A second one beside an open one would be undone with it, and one that is open when the unit is to be committed would
 * be there by half:
 * both are refused.
 */
export class MapperTransactions {
  open = false;

  constructor(private readonly send: SendOnSession) {}

  async query(statement: Statement): Promise<StatementResult<unknown>> {
    const said = beginningOf(statement.text);
    if (!ANY.test(said) || TO_SAVEPOINT.test(said)) return this.send(statement);
    if (!PLAIN.test(said))
      throw new TypeError(
        `"${said}": the transaction is the unit's; one that a mapper begins in it is a savepoint and has no options`,
      );
    if (BEGINS.test(said)) {
      if (this.open)
        throw new Error(
          'a mapper began a second transaction in a unit of work while one was open: run them one after the other',
        );
      this.open = true;
      return this.send({ text: `SAVEPOINT ${SAVEPOINT}` });
    }
    if (!this.open) throw new Error(`"${said}": a mapper can't end the transaction of a unit of work`);
    this.open = false;
    if (UNDOES.test(said)) await this.send({ text: `ROLLBACK TO SAVEPOINT ${SAVEPOINT}` });
    return this.send({ text: `RELEASE SAVEPOINT ${SAVEPOINT}` });
  }
}

/**
 * Enough to tell what it does with the transaction: lower case, without comments before it, blanks as one, without the
 * semicolon.
 */
function beginningOf(text: string): string {
  let rest = text.trimStart();
  for (;;) {
    const ending = rest.startsWith('--') ? '\n' : rest.startsWith('/*') ? '*/' : undefined;
    if (ending === undefined) break;
    const at = rest.indexOf(ending);
    rest = at < 0 ? '' : rest.slice(at + ending.length).trimStart();
  }
  const words = rest.slice(0, LONGEST).toLowerCase().split(/\s+/).join(' ');
  return words.replace(/ ?;? ?$/, '');
}

const LONGEST = 100;
