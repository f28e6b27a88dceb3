import { GATEWAY } from '@isolith/contracts';
import { z } from 'zod';
import { contextDatabaseUrl, type HostConfig, type HostValues } from './host-config.js';
import { nearMiss } from './near-miss.js';
import { splitHostViolations, unknownContexts } from './placement-rules.js';
import { settingInfo } from './setting.js';

export type Environment = Readonly<Record<string, string | undefined>>;
type ConfigSchema<V extends HostValues> = z.ZodType<V> & { readonly shape: Readonly<Record<string, z.core.$ZodType>> };

const LONGEST_SHOWN = 60;
const databaseVariable = (context: string): string => `${context.toUpperCase().replaceAll('-', '_')}_DATABASE_URL`;

/**
 * Reads a host's environment once. Nothing is thrown: everything that is wrong is listed, and the config holds
 * defaults in place of broken values so that the wiring can be checked in the same go. An empty value counts as unset.
 * @param knownContexts every context of the application; `gateway` is added
 */
export function parseConfig<V extends HostValues>(
  schema: ConfigSchema<V>,
  env: Environment,
  knownContexts: readonly string[],
): { readonly config: HostConfig<V>; readonly violations: readonly string[] } {
  const known = [...knownContexts.filter((name) => name !== GATEWAY), GATEWAY];
  const given = new Map(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
  const databases = new Map(
    known.filter((name) => name !== GATEWAY).map((context) => [databaseVariable(context), context]),
  );
  const violations: string[] = [];

  const read: Record<string, string> = {};
  for (const [name, field] of Object.entries(schema.shape)) {
    const value = given.get(name);
    if (value !== undefined && accepts(field, name, value, violations)) read[name] = value;
  }
  const urls = new Map<string, string>();
  for (const [name, context] of databases) {
    const value = given.get(name);
    if (value !== undefined && accepts(contextDatabaseUrl, name, value, violations)) urls.set(context, value);
  }
  violations.push(
    ...misspelt([...given.keys()], [...Object.keys(schema.shape), ...databases.keys()], [...databases.values()]),
  );

  const values = schema.parse(read);
  const named = values.CONTEXTS ?? known;
  violations.push(...unknownContexts(named, known));
  // Without a single right name the wiring is checked as if all were hosted: the list then shows the most.
  const here = known.filter((name) => named.includes(name));
  const placement =
    here.length === 0
      ? { here: known, elsewhere: [] }
      : { here, elsewhere: known.filter((name) => !named.includes(name)) };
  const databaseUrl = (context: string): string | undefined => urls.get(context) ?? values.DATABASE_URL;
  violations.push(...splitHostViolations(values, new Set(given.keys()), { ...placement, databaseUrl }));
  return { config: { values, placement, databaseUrl, violations }, violations };
}

function accepts(field: z.core.$ZodType, name: string, value: string, violations: string[]): boolean {
  if (z.safeParse(field, value).success) return true;
  const { expected, secret } = settingInfo(field);
  const shown = value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value;
  violations.push(`${name}: expected ${expected}${secret ? '' : `, got ${JSON.stringify(shown)}`}`);
  return false;
}

/** Variables that nobody reads but whose name is a slip of one that is read. npm's own variables are never meant. */
function misspelt(given: readonly string[], known: readonly string[], contexts: readonly string[]): readonly string[] {
  return given
    .filter((name) => !known.includes(name) && !name.startsWith('npm_'))
    .flatMap((name) => {
      const meant = nearMiss(name, known) ?? contextOfUrl(name, contexts);
      return meant === undefined ? [] : [`${name}: not a known variable; did you mean ${meant}?`];
    });
}

/** `<X>_DATABASE_URL` whose X is nearly a context, however long the whole name is. */
function contextOfUrl(name: string, contexts: readonly string[]): string | undefined {
  const [, prefix] = /^(.+)_DATABASE_URL$/.exec(name) ?? [];
  const context = prefix === undefined ? undefined : nearMiss(prefix, contexts);
  return context === undefined ? undefined : databaseVariable(context);
}
