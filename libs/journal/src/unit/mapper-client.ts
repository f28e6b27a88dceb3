import { Client, type CustomTypesConfig } from 'pg';
import type { Statement, StatementResult } from '@isolith/postgres/internal';

/** Sends a statement on the session that a mapper is to work with now. @throws where there is none */
export type SendOnSession = (statement: Statement) => Promise<StatementResult<unknown>>;

/** What of `pg`'s QueryConfig is passed on. */
interface MapperStatement {
  readonly text: string;
  readonly name?: string | undefined;
  readonly values?: readonly unknown[] | undefined;
  readonly rowMode?: string | undefined;
  readonly types?: CustomTypesConfig | undefined;
}

/** A client of `pg` to whoever takes one, as typed by a pool or alone. */
export type MapperClient = Client & { release(): void };

/**
 * What a mapper that speaks to `pg` takes for its client, for as long as it likes; whatever session is the right one
 * when it asks for something is found out then. It may call four methods:
 *
 * - `query` sends one statement (with values, also by name, as rows or arrays) and promises its result; there are no
 *   callbacks and no cursors.
 * - `connect` finds out whether there is a session, `release` and `end` do nothing: it is not the mapper's to give back
 *   or to end.
 */
export function mapperClient(send: SendOnSession): MapperClient {
  const query = async (
    asked: string | MapperStatement,
    given?: readonly unknown[],
    callback?: unknown,
  ): Promise<StatementResult<unknown>> => {
    const { text, name, values, rowMode, types }: MapperStatement = typeof asked === 'string' ? { text: asked } : asked;
    if (typeof text !== 'string' || typeof given === 'function' || callback !== undefined)
      throw new TypeError(
        'a mapper sends statements and is promised results here: no callbacks, no cursors, no streams',
      );
    return send({
      text,
      values: given ?? values ?? [],
      ...(name === undefined ? {} : { name }),
      // Even where the mapper says nothing: several statements in one text, one of which might end the unit's
      // transaction, are refused then.
      driver: { queryMode: 'extended', rowMode, types },
    });
  };
  return Object.assign(new Client(), {
    query,
    connect: async (): Promise<void> => void (await send({ text: 'SELECT 1' })),
    release: () => undefined,
    end: () => Promise.resolve(),
  });
}
