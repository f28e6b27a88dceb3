import type { ClientBase } from 'pg';
import type { SessionStatements } from './session-statements.js';
import type { Statement, StatementResult } from './statement.js';
import { wireValues } from './wire-values.js';

/** Each statement by itself, through what the driver offers to everybody: on any session, of any version of it. */
export class SeparateStatements implements SessionStatements {
  constructor(
    private readonly client: Pick<ClientBase, 'query'>,
    readonly singly: string,
  ) {}

  async send<R>({ name, text, values, driver }: Statement): Promise<StatementResult<R>> {
    // When a value throws while the driver writes it, the driver has the server forget the statement but goes on taking
    // it for prepared.
    const named = name !== undefined && wireValues(values ?? []) !== undefined;
    const answer: Promise<StatementResult<R>> = this.client.query<never>({
      ...(named ? { name } : {}),
      text,
      ...(values === undefined ? {} : { values: [...values] }),
      ...driver,
    });
    return answer;
  }

  sendAsOne(): undefined {
    return undefined;
  }
}
