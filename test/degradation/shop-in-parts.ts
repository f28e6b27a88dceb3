import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CuttableProxy } from '../../libs/message-bus-rabbitmq/src/spec-support/cuttable-proxy.js';
import { freshVhost } from '../support/broker.js';
import { signIn, type Client } from '../support/client.js';
import { freshDatabase } from '../support/database.js';
import { startFleet, type Fleet } from '../support/fleet.js';
import { temporaryFolder } from '../support/host.js';
import { eachItsOwn } from '../support/placements.js';
import { ADMIN } from '../support/shop.js';
import type { Part } from './parts.js';

const PRELOAD = fileURLToPath(new URL('./failing-outside.mjs', import.meta.url));

/** A shop of a process for each context, any part of which can be taken down and brought back. */
export class ShopInParts {
  private constructor(
    readonly fleet: Fleet,
    readonly admin: Client,
    private readonly broker: CuttableProxy,
    /** By context. */
    private readonly databases: ReadonlyMap<string, CuttableProxy>,
    private readonly outside: string,
    readonly stop: () => Promise<void>,
  ) {}

  /** @param onLine called with each line that a host writes */
  static async start(onLine: (line: string) => void): Promise<ShopInParts> {
    const [database, vhost] = await Promise.all([freshDatabase(), freshVhost()]);
    const broker = await CuttableProxy.before(vhost.url);
    const databases = new Map(
      await Promise.all(
        eachItsOwn.hosts.flat().map(async (context) => [context, await CuttableProxy.before(database.url)] as const),
      ),
    );
    const outside = `${temporaryFolder()}/unavailable`;
    writeFileSync(outside, '');
    const drop = async (): Promise<void> => {
      await Promise.all([broker, ...databases.values()].map((proxy) => proxy.close()));
      await vhost.drop();
      await database.drop();
    };
    try {
      const fleet = await startFleet({
        placement: eachItsOwn,
        databaseUrl: database.url,
        transportUrl: broker.url,
        environment: {
          UNAVAILABLE_FILE: outside,
          LOG_LEVEL: 'info',
          // One sentence, whatever else is down.
          ASSISTANT_MODEL: 'off',
          NODE_OPTIONS: `--import ${PRELOAD} --max-old-space-size=192 --max-semi-space-size=8`,
        },
        environmentOf: (place) => {
          const [context = ''] = eachItsOwn.hosts[place] ?? [];
          const url = databases.get(context)?.url;
          return url === undefined ? {} : { DATABASE_URL: url };
        },
        onLine,
      });
      const admin = await signIn(fleet.url, ADMIN.email, ADMIN.password);
      const stop = async (): Promise<void> => {
        await fleet.stop();
        await drop();
      };
      return new ShopInParts(fleet, admin, broker, databases, outside, stop);
    } catch (error) {
      await drop();
      throw error;
    }
  }

  /** Resolves when it is down; whoever calls it may not know that yet. */
  async takeDown(part: Part): Promise<void> {
    if (part.what === 'context') return this.fleet.kill(part.context);
    this.#fail(part, true);
  }

  /** Resolves when it is there again, whatever the others know of it. */
  async bringBack(part: Part): Promise<void> {
    if (part.what === 'context') return this.fleet.restart(part.context);
    this.#fail(part, false);
    // What was away for long is left alone for half a minute more, unless an operator says that it is well.
    if (part.what === 'payment-provider') await this.#reset('payment-provider.account', 'payment-provider.cards');
    if (part.what === 'notification-channel') await this.#reset('notification-channel');
  }

  #fail(part: Part, isDown: boolean): void {
    switch (part.what) {
      case 'broker':
        return this.broker.refuse(isDown);
      case 'database':
        return this.databases.get(part.context)?.refuse(isDown);
      case 'databases':
        for (const proxy of this.databases.values()) proxy.refuse(isDown);
        return;
      case 'payment-provider':
      case 'notification-channel':
        return writeFileSync(this.outside, isDown ? part.what : '');
      default:
    }
  }

  async #reset(...circuits: readonly string[]): Promise<void> {
    for (const name of circuits)
      await this.admin.expect(
        202,
        z.unknown(),
        this.admin.post(`/actuator/circuitbreakers/${name}/reset`, { reason: 'it is back' }),
      );
  }
}
