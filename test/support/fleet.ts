import { randomBytes } from 'node:crypto';
import { freePorts } from '../../scripts/services/ports.js';
import { newDataDir } from './data-dir.js';
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
  /** What Node is given instead of `dist/main.js`, for the hosts that the fleet starts with. */
  readonly args?: readonly string[];
  /** What the host at a place of the placement is told besides. */
  readonly environmentOf?: (place: number) => Readonly<Record<string, string>>;
  /** Called with each line that any of the hosts writes. */
  readonly onLine?: LineListener;
}

export interface BesideOptions {
  /** What Node is given instead of `dist/main.js`. */
  readonly args?: readonly string[];
  /** Called with each line that it writes, instead of the fleet's listener. */
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
  /**
   * The same for the host at a place of the placement, whatever it runs. `args`: what Node is given instead of
   * `dist/main.js`.
   */
  restartPlace(place: number, args?: readonly string[]): Promise<void>;
  /**
   * Starts one more host of this shop, which is not of the fleet: whoever starts it ends it. `environment` goes before
   * what the hosts of the fleet are told.
   */
  startBeside(
    contexts: readonly string[],
    environment?: Readonly<Record<string, string>>,
    options?: BesideOptions,
  ): Promise<Host>;
  stop(): Promise<void>;
}

/** Starts every host of a placement at once, as a deployment would. */
export async function startFleet({
  placement,
  databaseUrl,
  transportUrl,
  environment = {},
  args: firstArgs,
  environmentOf = () => ({}),
  onLine,
}: FleetOptions): Promise<Fleet> {
  // The gateway comes back where it was, so nobody may be given its port meanwhile.
  const [gatewayPort = 0] = await freePorts(1, 'hosts');
  const secret = randomBytes(32).toString('hex');
  const dataDir = databaseUrl === undefined ? await newDataDir() : `${temporaryFolder()}/data`;
  const start = (
    contexts: readonly string[],
    more: Readonly<Record<string, string>> = {},
    { args, onLine: listener = onLine }: BesideOptions = {},
  ): Promise<Host> =>
    startHost(
      {
        CONTEXTS: contexts.join(','),
        DATA_DIR: dataDir,
        AUTH_SECRET: secret,
        RATE_LIMIT: 'off',
        LOAD_SHEDDING: 'off',
        OPERATIONS_RATE_LIMIT: 'off',
        LOG_LEVEL: 'warn',
        ASSISTANT_MODEL: 'demo',
        DATABASE_POOL: '5',
        ...(contexts.includes('users') ? { ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password } : {}),
        ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
        ...(transportUrl === undefined ? {} : { TRANSPORT_URL: transportUrl }),
        ...(contexts.includes('gateway') ? { PORT: String(gatewayPort) } : {}),
        ...placement.environment,
        ...environment,
        ...more,
      },
      args,
      listener,
    );
  const hosts = await Promise.all(
    placement.hosts.map((contexts, place) =>
      start(contexts, environmentOf(place), firstArgs === undefined ? {} : { args: firstArgs }),
    ),
  );
  const placesOf = (context: string): readonly number[] =>
    [...placement.hosts.keys()].filter((place) => placement.hosts[place]?.includes(context));
  const replicasOf = (context: string): readonly Host[] => placesOf(context).flatMap((place) => hosts[place] ?? []);
  const hostOf = (context: string, nth = 0): Host => {
    const host = replicasOf(context)[nth];
    if (host === undefined) throw new Error(`no host runs ${context} for the ${nth + 1}. time`);
    return host;
  };
  const { url } = hostOf('gateway');
  const restartPlace = async (place: number, args?: readonly string[]): Promise<void> => {
    const contexts = placement.hosts[place] ?? [];
    hosts[place] = await start(contexts, environmentOf(place), args === undefined ? {} : { args });
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
    // Not where the gateway of the fleet listens.
    startBeside: (contexts, more, options) => start(contexts, { PORT: '0', ...more }, options),
    stop: async () => void (await Promise.all(hosts.map((host) => host.stop()))),
  };
}
