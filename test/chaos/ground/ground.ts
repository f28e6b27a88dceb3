import { randomUUID } from 'node:crypto';
import { freshVhost, type FreshVhost } from '../../support/broker.js';
import { newCustomer, signIn, type Client } from '../../support/client.js';
import { shiftedClock, type Clock } from '../../support/clocks.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import { startFleet, type Fleet } from '../../support/fleet.js';
import { ADMIN } from '../../support/shop.js';
import { throwingHandlers, type ThrowingHandlers } from '../../support/thrown-in-handlers.js';
import { CallLog } from '../client/call-log.js';
import { PatientClient } from '../client/patient-client.js';
import type { PlannedPlacement } from '../plan/run-plan.js';
import { DatabaseOperator } from './database-operator.js';
import { Disturbances } from './disturbances.js';
import { HostWatch } from './host-watch.js';
import { Neighbours } from './neighbours.js';
import { NoticeSink } from './notice-sink.js';
import { TroubleLog } from './trouble-log.js';
import { Witness } from './witness.js';

/**
 * So short that a slow card does not make a run slow, and longer than the provider's books take on a machine that is
 * busy.
 */
const PAYMENT_TIMEOUT_MS = 1_500;

/** A shop of real processes that runs may harm, with everything that sees what becomes of it. */
export interface Ground {
  readonly placed: PlannedPlacement;
  readonly fleet: Fleet;
  readonly hosts: HostWatch;
  /** Of each host, by its place: as the machine's unless a fault sets it. */
  readonly clocks: readonly Clock[];
  readonly throwing: ThrowingHandlers;
  readonly neighbours: Neighbours;
  readonly operator: DatabaseOperator;
  readonly database: FreshDatabase;
  readonly vhost: FreshVhost | undefined;
  readonly log: CallLog;
  readonly sink: NoticeSink;
  readonly trouble: TroubleLog;
  readonly disturbances: Disturbances;
  readonly witness: Witness;
  readonly admin: PatientClient;
  /** For what is told before any fault. */
  readonly plainAdmin: Client;
  customer(): Promise<PatientClient>;
  close(): Promise<void>;
}

/** Starts a shop of its own. Whoever opens it closes it. */
export async function openGround(placed: PlannedPlacement): Promise<Ground> {
  const { placement, hasBroker } = placed;
  const [database, vhost] = await Promise.all([freshDatabase(), hasBroker ? freshVhost() : undefined]);
  const sink = new NoticeSink();
  const trouble = new TroubleLog();
  const log = new CallLog();
  const witness = new Witness(database.url);
  const throwing = throwingHandlers();
  const clocks = placement.hosts.map(() =>
    shiftedClock(0, `${throwing.nodeOptions} ${placement.environment?.['NODE_OPTIONS'] ?? ''}`),
  );
  const dropServers = async (): Promise<void> => {
    await witness.close();
    await vhost?.drop();
    await database.drop();
  };
  try {
    const fleet = await startFleet({
      placement,
      databaseUrl: database.url,
      ...(vhost === undefined ? {} : { transportUrl: vhost.url }),
      // The log channel of notifications writes at this level.
      environment: { LOG_LEVEL: 'info', PAYMENT_TIMEOUT_MS: String(PAYMENT_TIMEOUT_MS) },
      environmentOf: (place) => ({ ...throwing.environment, ...clocks[place]?.environment }),
      onLine: (line) => {
        throwing.take(line);
        sink.take(line);
        trouble.take(line);
      },
    });
    const plainAdmin = await signIn(fleet.url, ADMIN.email, ADMIN.password);
    const hosts = new HostWatch(fleet, placement);
    const neighbours = new Neighbours(fleet);
    return {
      placed,
      fleet,
      hosts,
      clocks,
      throwing,
      neighbours,
      operator: new DatabaseOperator(database),
      database,
      vhost,
      log,
      sink,
      trouble,
      disturbances: new Disturbances(),
      witness,
      plainAdmin,
      admin: new PatientClient(plainAdmin, log),
      customer: async () => new PatientClient(await newCustomer(fleet.url), log),
      close: async () => {
        await neighbours.endAll();
        await hosts.stop();
        await dropServers();
      },
    };
  } catch (error) {
    // Hosts that did start end with this process, or with cleanUp().
    await dropServers();
    throw error;
  }
}

export const freshKey = (): string => randomUUID();
