import { randomBytes } from 'node:crypto';
import { startHost, temporaryFolder, type Host, type LineListener } from './host.js';
import type { Placement } from './placements.js';
import { ADMIN } from './shop.js';

export interface FleetOptions {
  readonly placement: Placement;
  /** PostgreSQL; unset for the embedded database. */
  readonly databaseUrl?: string;
  /** The broker; needed as soon as there are two hosts. */
  readonly transportUrl?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Where the host with the gateway listens; any free port when absent. */
  readonly gatewayPort?: number;
  /** Called with each line that any of the hosts writes. */
  readonly onLine?: LineListener;
}

/** The hosts of one shop. */
export interface Fleet {
  /** Of the host with the gateway. */
  readonly url: string;
  readonly hosts: readonly Host[];
  /** The first of them, where a context has several. */
  hostOf(context: string): Host;
  /** Every replica of a context, in the order of the placement. */
  replicasOf(context: string): readonly Host[];
  /** Ends the host of a context, or its nth replica, with SIGKILL; the others go on. */
  kill(context: string, nth?: number): Promise<void>;
  /** Starts the host of a context, or its nth replica, again, on a new port unless it is the gateway's. */
  restart(context: string, nth?: number): Promise<void>;
  /** The same for the host at a place of the placement, whatever it runs. */
  restartPlace(place: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts every host of a placement at once, as a deployment would. */
export async function startFleet({
  placement,
  databaseUrl,
  transportUrl,
  environment = {},
  gatewayPort,
  onLine,
}: FleetOptions): Promise<Fleet> {
  const secret = randomBytes(32).toString('hex');
  const dataDir = `${temporaryFolder()}/data`;
  const start = (contexts: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Host> =>
    startHost(
      {
        CONTEXTS: contexts.join(','),
        DATA_DIR: dataDir,
        AUTH_SECRET: secret,
        RATE_LIMIT: 'off',
        LOG_LEVEL: 'warn',
        DATABASE_POOL: '5',
        ...(contexts.includes('users') ? { ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password } : {}),
        ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
        ...(transportUrl === undefined ? {} : { TRANSPORT_URL: transportUrl }),
        ...(gatewayPort !== undefined && contexts.includes('gateway') ? { PORT: String(gatewayPort) } : {}),
        ...placement.environment,
        ...environment,
        ...more,
      },
      undefined,
      onLine,
    );
  const hosts = await Promise.all(placement.hosts.map((contexts) => start(contexts)));
  const placesOf = (context: string): readonly number[] =>
    [...placement.hosts.keys()].filter((place) => placement.hosts[place]?.includes(context));
  const replicasOf = (context: string): readonly Host[] => placesOf(context).flatMap((place) => hosts[place] ?? []);
  const hostOf = (context: string, nth = 0): Host => {
    const host = replicasOf(context)[nth];
    if (host === undefined) throw new Error(`no host runs ${context} for the ${nth + 1}. time`);
    return host;
  };
  const { url } = hostOf('gateway');
  const restartPlace = async (place: number): Promise<void> => {
    const contexts = placement.hosts[place] ?? [];
    hosts[place] = await start(contexts, contexts.includes('gateway') ? { PORT: new URL(url).port } : {});
  };
  return {
    url,
    hosts,
    hostOf: (context) => hostOf(context),
    replicasOf,
    kill: (context, nth) => hostOf(context, nth).kill(),
    restart: async (context, nth = 0) => {
      const place = placesOf(context)[nth];
      if (place === undefined) throw new Error(`${context} is placed fewer than ${nth + 1} times`);
      await restartPlace(place);
    },
    restartPlace,
    stop: async () => void (await Promise.all(hosts.map((host) => host.stop()))),
  };
}
