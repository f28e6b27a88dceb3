import { GATEWAY } from '@isolith/contracts';
import { tracingSettings } from '@isolith/observability';
import type { DatabaseTarget } from '@isolith/postgres';
import { z } from 'zod';
import type { Application } from '../context/application.js';
import type { Settings } from '../context/context.js';
import type { HostConfig } from './host-config.js';
import { contextDatabaseUrl, hostVariables, type HostValues } from '../variables/host-variables.js';
import { nearMiss } from './near-miss.js';
import { splitHostViolations, unknownContexts } from './placement-rules.js';
import { fileVariables, withoutFile, withSecretFiles } from './secret-files.js';
import { serviceKeyViolations } from './service-key-rules.js';
import { settingInfo } from '../variables/setting.js';

/**
 * Variables by name, as `process.env` has them. An empty value counts as unset. A secret may be given by the path of
 * its file: `AUTH_SECRET_FILE`.
 */
export type Environment = Readonly<Record<string, string | undefined>>;

const LONGEST_SHOWN = 60;
/** The variable that names the database of one context alone. */
export const ownDatabaseVariable = (context: string): string =>
  `${context.toUpperCase().replaceAll('-', '_')}_DATABASE_URL`;

/** What `parseConfig` knows beside the environment. */
export interface ParseOptions {
  /**
   * The application gives its own DataSource to `IsolithModule.forRoot()`: DATABASE_URL, if it is set, is its own
   * affair.
   */
  readonly sharesDataSource?: boolean;
}

/**
 * Reads a host's environment once, and the files that `<SECRET>_FILE` names in it. Nothing is thrown: everything that
 * is wrong is listed, and the config holds defaults in place of broken values so that the wiring can be checked in the
 * same go. An empty value counts as unset.
 */
export function parseConfig<S extends Settings>(
  application: Application<S>,
  env: Environment,
  { sharesDataSource = false }: ParseOptions = {},
): {
  readonly config: HostConfig<HostValues & z.output<z.ZodObject<S>>>;
  readonly violations: readonly string[];
} {
  const { names, variables } = application;
  const known = [...names, GATEWAY];
  const environment = new Map(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
  const databases = new Map(names.map((context) => [ownDatabaseVariable(context), context]));
  const readable = {
    ...variables,
    ...Object.fromEntries([...databases.keys()].map((name) => [name, contextDatabaseUrl])),
  };
  const given = withSecretFiles(environment, readable);
  const violations = [...given.violations];

  const read: Record<string, string> = {};
  const urls = new Map<string, string>();
  for (const [name, field] of Object.entries(readable)) {
    const value = given.values.get(name);
    if (value === undefined || !accepts(field, given.source(name), value, violations)) continue;
    const context = databases.get(name);
    if (context === undefined) read[name] = value;
    else urls.set(context, value);
  }
  violations.push(
    ...misspelt([...environment.keys()], Object.keys(readable), fileVariables(readable), [...databases.values()]),
  );

  const settings = <T extends Settings>(declared: T): z.output<z.ZodObject<T>> => z.object(declared).parse(read);
  const values = { ...hostVariables.parse(read), ...settings(application.settings) };
  const named = values.CONTEXTS ?? known;
  violations.push(...unknownContexts(named, known));
  // Without a single right name the wiring is checked as if all were hosted: the list then shows the most.
  const here = known.filter((name) => named.includes(name));
  const placement =
    here.length === 0
      ? { here: known, elsewhere: [] }
      : { here, elsewhere: known.filter((name) => !named.includes(name)) };
  const hasOwnDatabase = (context: string): boolean => urls.has(application.ownerOf(context));
  const databaseUrl = (context: string): string | undefined =>
    urls.get(application.ownerOf(context)) ?? (sharesDataSource ? undefined : values.DATABASE_URL);
  const databaseVariable = (context: string): string => {
    const owner = application.ownerOf(context);
    return urls.has(owner) ? ownDatabaseVariable(owner) : 'DATABASE_URL';
  };
  violations.push(...splitHostViolations(values, given.named, { ...placement, databaseUrl, sharesDataSource }));
  const traces = tracingSettings(env);
  violations.push(...traces.violations);
  violations.push(...serviceKeyViolations(values, given.named, { here: placement.here, known }));
  const databaseTarget = (context: string): DatabaseTarget => {
    const url = databaseUrl(context);
    return url === undefined
      ? { kind: 'pglite', dataDir: values.DATA_DIR }
      : {
          kind: 'postgres',
          url,
          poolSize: values.DATABASE_POOL,
          variable: databaseVariable(context),
          owner: application.ownerOf(context),
        };
  };
  const config = {
    application,
    values,
    settings,
    placement,
    databaseUrl,
    databaseVariable,
    hasOwnDatabase,
    sharesDataSource,
    databaseTarget,
    tracing: traces.settings,
    violations,
  };
  return { config, violations };
}

function accepts(field: z.core.$ZodType, name: string, value: string, violations: string[]): boolean {
  const parsed = z.safeParse(field, value);
  if (parsed.success) return true;
  const { expected, secret } = settingInfo(field);
  const shown = value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value;
  // What a schema says in its own words says which part it is; it never repeats the value.
  const details = parsed.error.issues.flatMap(({ code, message }) => (code === 'custom' ? [`; ${message}`] : []));
  violations.push(`${name}: expected ${expected}${secret ? '' : `, got ${JSON.stringify(shown)}`}${details.join('')}`);
  return false;
}

/** Variables that nobody reads but whose name is a slip of one that is read. npm's own variables are never meant. */
function misspelt(
  given: readonly string[],
  known: readonly string[],
  files: readonly string[],
  contexts: readonly string[],
): readonly string[] {
  const all = [...known, ...files];
  return given
    .filter((name) => !all.includes(name) && !name.startsWith('npm_'))
    .flatMap((name) => {
      const secret = withoutFile(name);
      // What stands before _FILE is compared alone: DATABASE_FILE is not nearly DATABASE_URL_FILE.
      const meant =
        secret === undefined
          ? (nearMiss(name, all) ?? contextOfUrl(name, contexts))
          : files.find((file) => file === `${nearMiss(secret, known) ?? contextOfUrl(secret, contexts)}_FILE`);
      return meant === undefined ? [] : [`${name}: not a known variable; did you mean ${meant}?`];
    });
}

/** `<X>_DATABASE_URL` whose X is nearly a context, however long the whole name is. */
function contextOfUrl(name: string, contexts: readonly string[]): string | undefined {
  const [, prefix] = /^(.+)_DATABASE_URL$/.exec(name) ?? [];
  const context = prefix === undefined ? undefined : nearMiss(prefix, contexts);
  return context === undefined ? undefined : ownDatabaseVariable(context);
}
