import { GATEWAY } from '@isolith/contracts';
import type { HostValues } from '../variables/host-variables.js';
import { nearMiss } from './near-miss.js';

/** Names that are no context, each with what was probably meant. `where`: what names them. */
export function unknownContexts(
  named: Iterable<string>,
  known: readonly string[],
  where = 'CONTEXTS',
): readonly string[] {
  return [...named]
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = nearMiss(name, known);
      const hint = meant === undefined ? `known are ${known.join(', ')}` : `did you mean "${meant}"?`;
      return `${where}: "${name}" is not a context; ${hint}`;
    });
}

interface Placed {
  readonly here: readonly string[];
  readonly elsewhere: readonly string[];
  readonly databaseUrl: (context: string) => string | undefined;
  /** Who has no URL is in the application's own database, which others can reach. */
  readonly sharesDataSource: boolean;
}

/**
 * What a host needs as soon as it is not alone: a transport, a database that others can reach, a secret that all share.
 */
export function splitHostViolations(
  values: HostValues,
  given: ReadonlySet<string>,
  { here, elsewhere, databaseUrl, sharesDataSource }: Placed,
): readonly string[] {
  if (elsewhere.length === 0) return [];
  const away = `CONTEXTS leaves ${elsewhere.join(', ')} to other hosts`;
  const withoutDatabase = here.filter(
    (context) => !sharesDataSource && context !== GATEWAY && databaseUrl(context) === undefined,
  );
  // A variable that is present but broken has its own line already.
  const missing = (name: string): boolean => !given.has(name);
  return [
    ...(missing('TRANSPORT_URL') && values.TRANSPORT_URL === undefined
      ? [`TRANSPORT_URL: required, because ${away}; expected a URL amqp://user:password@host:port`]
      : []),
    ...(missing('DATABASE_URL') && withoutDatabase.length > 0
      ? [
          `DATABASE_URL: required for ${withoutDatabase.join(', ')}, because ${away} and the embedded database serves a single process only`,
        ]
      : []),
    ...(missing('AUTH_SECRET') && values.AUTH_SECRET === undefined
      ? [`AUTH_SECRET: required, because ${away}; expected at least 32 characters, the same on every host`]
      : []),
  ];
}
