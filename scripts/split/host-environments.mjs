/** What only the host of one context reads, or may know. */
const ONLY_FOR = new Map([
  ['ADMIN_EMAIL', ['users']],
  ['ADMIN_PASSWORD', ['users']],
  ['SEED_DEMO', ['products', 'inventory']],
]);

const GATEWAY = 'gateway';
const DEFAULT_PORT = '3000';
const THIS_MACHINE = '127.0.0.1';

/**
 * A host needs little, and the collector lets the heap of eight of them grow as if each had the machine for itself: bounds, in MiB, under
 * which they use half of it. They are those of docker-compose.yml.
 */
const MEMORY = '--max-old-space-size=192 --max-semi-space-size=8';

/** @param {string} context */
const ownDatabase = (context) => `${context.toUpperCase().replaceAll('-', '_')}_DATABASE_URL`;

/** @param {string} variable @param {string} host @param {readonly string[]} contexts */
const isFor = (variable, host, contexts) => {
  if (variable === 'DATABASE_URL') return host !== GATEWAY;
  const owner = contexts.find((context) => ownDatabase(context) === variable);
  if (owner !== undefined) return owner === host;
  return ONLY_FOR.get(variable)?.includes(host) ?? true;
};

/**
 * One host for each context and one for the gateway. Each is told what it needs: nobody but `users` gets the admin's password, the gateway gets
 * no database, and only the gateway listens where people look for it.
 * @param {readonly string[]} contexts without the gateway
 * @param {NodeJS.ProcessEnv} env what the whole shop is told
 * @returns {{ name: string, env: NodeJS.ProcessEnv }[]}
 */
export const hostEnvironments = (contexts, env) =>
  [...contexts, GATEWAY].map((name) => ({
    name,
    env: {
      ...Object.fromEntries(Object.entries(env).filter(([variable]) => isFor(variable, name, contexts))),
      NODE_OPTIONS: env['NODE_OPTIONS'] || MEMORY,
      CONTEXTS: name,
      HOST: (name === GATEWAY && env['HOST']) || THIS_MACHINE,
      PORT: name === GATEWAY ? env['PORT'] || DEFAULT_PORT : '0',
    },
  }));
