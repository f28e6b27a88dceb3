import { openContext, type ContextSpec } from '../databases/open-context.js';
import { answerWithin } from '../connections/watched-connection.js';
import type { ConnectionSource } from '../connections/connection-source.js';
import { migrationsIn } from '../schemas/migrations-in.js';
import { schemaOf } from '../schemas/schema-name.js';
import { filled, schemasWithTables, tableLabel, tablesOf, type Table } from './schema-shape.js';
import { inTransaction, type Session } from '../connections/session.js';
import { digestOf, sameDigest } from './table-digest.js';

/** Nothing was written. Each reason is a sentence that begins with what it is about. */
export class MoveRefusedError extends Error {
  override readonly name = 'MoveRefusedError';

  constructor(readonly reasons: readonly string[]) {
    super(reasons.join('\n'));
  }
}

/** What is to happen to one context. */
export type MovePlan =
  | { readonly spec: ContextSpec; readonly action: 'copy' }
  /**
   * `absent`: the folder has nothing of it. `stays`: it has no PostgreSQL. `there already`: the target has exactly
   * these rows.
   */
  | { readonly spec: ContextSpec; readonly action: 'absent' | 'stays' | 'there already' };

/** The server of a context, or undefined for one that stays embedded. */
export type ServerOf = (context: string) => ConnectionSource | undefined;

/** Looks at everything and writes nothing. @throws MoveRefusedError with all that speaks against the move */
export async function planMove(
  from: Session,
  contexts: readonly ContextSpec[],
  serverOf: ServerOf,
): Promise<readonly MovePlan[]> {
  const reasons: string[] = [];
  const owned = new Set(contexts.map(schemaOf));
  for (const schema of await schemasWithTables(from)) {
    if (!owned.has(schema))
      reasons.push(`${schema}: the data folder holds this schema, and no context of this program owns it`);
  }
  const plans: MovePlan[] = [];
  for (const spec of contexts) plans.push(await planOf(from, spec, serverOf(spec.context), reasons));
  if (reasons.length === 0 && !plans.some(({ action }) => action === 'copy' || action === 'there already')) {
    reasons.push(
      'no context that is in the data folder has a PostgreSQL to go to: set DATABASE_URL, or <CONTEXT>_DATABASE_URL for some of them',
    );
  }
  if (reasons.length > 0) throw new MoveRefusedError(reasons);
  return plans;
}

async function planOf(
  from: Session,
  spec: ContextSpec,
  server: ConnectionSource | undefined,
  reasons: string[],
): Promise<MovePlan> {
  const schema = schemaOf(spec);
  const known = namesOf(spec);
  const there = await migrationsIn(from, schema);
  if (there === undefined) return { spec, action: 'absent' };
  if (server === undefined) return { spec, action: 'stays' };
  reasons.push(...versionReasons(`${spec.context}: the data folder`, there, known));
  return onServer(server, async (to) => {
    const migrated = (await migrationsIn(to, schema)) ?? [];
    const unknown = migrated.filter((name) => !known.includes(name));
    if (unknown.length > 0)
      reasons.push(
        `${spec.context}: the target was migrated by another version of this program (${unknown.join(', ')})`,
      );
    const holding = await filled(to, await tablesOf(to, schema));
    if (holding.length === 0) return { spec, action: 'copy' };
    // A former run may have come this far and no further.
    if (migrated.length === known.length && unknown.length === 0 && (await sameRows(from, to, schema)))
      return { spec, action: 'there already' };
    reasons.push(`${spec.context}: the target already holds rows in ${holding.map(tableLabel).join(', ')}`);
    return { spec, action: 'copy' };
  });
}

/** Brings the target's schema to the version of the program; a schema that is there already is left as it is. */
export async function migrateTarget(spec: ContextSpec, server: ConnectionSource): Promise<void> {
  const dataSource = await openContext(spec, server, true);
  await dataSource.destroy();
}

/** A bit more than the longest `statement_timeout` of a move: the server is to speak first. */
const LONGEST_ANSWER_MS = 3_605_000;

/** Runs `work` on one connection of the server. */
export async function onServer<T>(server: ConnectionSource, work: (to: Session) => Promise<T>): Promise<T> {
  const { client, giveBack } = await server.checkout();
  answerWithin(client, LONGEST_ANSWER_MS);
  try {
    return await work({
      query: async (text, values = []) => (await client.query<Record<string, unknown>>(text, [...values])).rows,
    });
  } finally {
    giveBack();
  }
}

async function sameRows(from: Session, to: Session, schema: string): Promise<boolean> {
  return inTransaction(from, 'READ ONLY', () =>
    inTransaction(to, 'READ ONLY', async () => {
      const tables = await tablesOf(from, schema);
      if (!sameShape(tables, await tablesOf(to, schema))) return false;
      for (const table of tables) if (!sameDigest(await digestOf(from, table), await digestOf(to, table))) return false;
      return true;
    }),
  );
}

export const sameShape = (a: readonly Table[], b: readonly Table[]): boolean => JSON.stringify(a) === JSON.stringify(b);

const namesOf = ({ migrations }: ContextSpec): readonly string[] =>
  migrations.map((Migration) => new Migration().name ?? Migration.name);

function versionReasons(what: string, there: readonly string[], known: readonly string[]): readonly string[] {
  const missing = known.filter((name) => !there.includes(name));
  const unknown = there.filter((name) => !known.includes(name));
  return [
    ...(missing.length > 0
      ? [
          `${what} is of an older version (without ${missing.join(', ')}): start this version on it once, embedded, and stop it`,
        ]
      : []),
    ...(unknown.length > 0
      ? [`${what} is of a newer version (with ${unknown.join(', ')}): move it with that version`]
      : []),
  ];
}
