import { randomUUID } from 'node:crypto';
import { freshVhost, type FreshVhost } from '../../support/broker.js';
import { newCustomer, signIn, type Client } from '../../support/client.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import { startFleet, type Fleet } from '../../support/fleet.js';
import { freePort } from '../../support/free-port.js';
import { ADMIN } from '../../support/shop.js';
import { CallLog } from '../client/call-log.js';
import { PatientClient } from '../client/patient-client.js';
import type { PlannedPlacement } from '../plan/run-plan.js';
import { HostWatch } from './host-watch.js';
import { NoticeSink } from './notice-sink.js';
import { TroubleLog } from './trouble-log.js';
import { Witness } from './witness.js';

/** So short that a slow card does not make a run slow; it still times out before the card answers. */
const PAYMENT_TIMEOUT_MS = 700;

/** A shop of real processes that runs may harm, with everything that sees what becomes of it. */
export interface Ground {
  readonly placed: PlannedPlacement;
  readonly fleet: Fleet;
  readonly hosts: HostWatch;
  readonly database: FreshDatabase;
  readonly vhost: FreshVhost | undefined;
  readonly log: CallLog;
  readonly sink: NoticeSink;
  readonly trouble: TroubleLog;
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
      gatewayPort: await freePort(),
      onLine: (line) => {
        sink.take(line);
        trouble.take(line);
      },
    });
    const plainAdmin = await signIn(fleet.url, ADMIN.email, ADMIN.password);
    const hosts = new HostWatch(fleet, placement);
    return {
      placed,
      fleet,
      hosts,
      database,
      vhost,
      log,
      sink,
      trouble,
      witness,
      plainAdmin,
      admin: new PatientClient(plainAdmin, log),
      customer: async () => new PatientClient(await newCustomer(fleet.url), log),
      close: async () => {
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
