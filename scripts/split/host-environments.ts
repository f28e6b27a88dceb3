/** Its name, and the variables that it declares. */
export interface StatedContext {
  readonly name: string;
  readonly settings: readonly string[];
}

const GATEWAY = 'gateway';
const DEFAULT_PORT = '3000';
const THIS_MACHINE = '127.0.0.1';

/**
 * A host needs little, and the collector lets the heap of eight of them grow as if each had the machine for itself:
 * bounds, in MiB, under which they use half of it. They are those of docker-compose.yml.
 */
const MEMORY = '--max-old-space-size=192 --max-semi-space-size=8';

const ownDatabase = (context: string) => `${context.toUpperCase().replaceAll('-', '_')}_DATABASE_URL`;

/**
 * What a context declares is told to the contexts that declare it, each database to its owner, everything else to all.
 */
const isFor = (given: string, host: string, contexts: readonly StatedContext[]) => {
  // The file of a secret is for those that the secret is for.
  const variable = given.replace(/_FILE$/, '');
  if (variable === 'DATABASE_URL') return host !== GATEWAY;
  const readers = contexts.filter(
    ({ name, settings }) => ownDatabase(name) === variable || settings.includes(variable),
  );
  return readers.length === 0 || readers.some(({ name }) => name === host);
};

/**
 * One host for each context and one for the gateway. Each is told what it needs: nobody gets what only another context
 * reads (the admin's password is for `users`), the gateway gets no database, and only the gateway listens where people
 * look for it.
 * @param contexts without the gateway
 * @param env what the whole shop is told
 */
export const hostEnvironments = (
  contexts: readonly StatedContext[],
  env: NodeJS.ProcessEnv,
): { name: string; env: NodeJS.ProcessEnv }[] =>
  [...contexts.map(({ name }) => name), GATEWAY].map((name) => ({
    name,
    env: {
      ...Object.fromEntries(Object.entries(env).filter(([variable]) => isFor(variable, name, contexts))),
      NODE_OPTIONS: env['NODE_OPTIONS'] || MEMORY,
      CONTEXTS: name,
      HOST: (name === GATEWAY && env['HOST']) || THIS_MACHINE,
      PORT: name === GATEWAY ? env['PORT'] || DEFAULT_PORT : '0',
    },
  }));
