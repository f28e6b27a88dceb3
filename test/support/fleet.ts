import { randomBytes } from 'node:crypto';
import { startHost, temporaryFolder, type Host } from './host.js';
import type { Placement } from './placements.js';
import { ADMIN } from './shop.js';

export interface FleetOptions {
  readonly placement: Placement;
  /** PostgreSQL; unset for the embedded database. */
  readonly databaseUrl?: string;
  /** The broker; needed as soon as there are two hosts. */
  readonly transportUrl?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The hosts of one shop. */
export interface Fleet {
  /** Of the host with the gateway. */
  readonly url: string;
  readonly hosts: readonly Host[];
  hostOf(context: string): Host;
  /** Ends the host of a context with SIGKILL; the others go on. */
  kill(context: string): Promise<void>;
  /** Starts the host of a context again, on a new port unless it is the gateway's. */
  restart(context: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts every host of a placement at once, as a deployment would. */
export async function startFleet({ placement, databaseUrl, transportUrl, environment = {} }: FleetOptions): Promise<Fleet> {
  const secret = randomBytes(32).toString('hex');
  const dataDir = `${temporaryFolder()}/data`;
  const start = (contexts: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Host> =>
    startHost({
      CONTEXTS: contexts.join(','),
      DATA_DIR: dataDir,
      AUTH_SECRET: secret,
      RATE_LIMIT: 'off',
      LOG_LEVEL: 'warn',
      DATABASE_POOL: '5',
      ...(contexts.includes('users') ? { ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password } : {}),
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
      ...(transportUrl === undefined ? {} : { TRANSPORT_URL: transportUrl }),
      ...environment,
      ...more,
    });
  const hosts = await Promise.all(placement.hosts.map((contexts) => start(contexts)));
  const indexOf = (context: string): number => placement.hosts.findIndex((contexts) => contexts.includes(context));
  const hostOf = (context: string): Host => {
    const host = hosts[indexOf(context)];
    if (host === undefined) throw new Error(`no host runs ${context}`);
    return host;
  };
  const { url } = hostOf('gateway');
  return {
    url,
    hosts,
    hostOf,
    kill: (context) => hostOf(context).kill(),
    restart: async (context) => {
      const port = context === 'gateway' ? { PORT: new URL(url).port } : {};
      hosts[indexOf(context)] = await start(placement.hosts[indexOf(context)] ?? [], port);
    },
    stop: async () => void (await Promise.all(hosts.map((host) => host.stop()))),
  };
}
