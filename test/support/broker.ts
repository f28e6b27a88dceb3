import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { manage, managementUser } from './management.js';
import { askKeeper } from './server-control.js';
import { services } from './services.js';

export interface FreshVhost {
  readonly url: string;
  readonly name: string;
  /** Deletes it with all that is in it and closes its connections. */
  drop(): Promise<void>;
}

/** An empty virtual host that no other spec file uses. */
export async function freshVhost(): Promise<FreshVhost> {
  const { amqpUrl } = services();
  const name = `isolith_${randomBytes(8).toString('hex')}`;
  await manage('PUT', ['vhosts', name], {});
  await manage('PUT', ['permissions', name, managementUser()], { configure: '.*', write: '.*', read: '.*' });
  const url = new URL(amqpUrl);
  url.pathname = `/${name}`;
  return { url: url.href, name, drop: async () => void (await manage('DELETE', ['vhosts', name])) };
}

/** Where our own broker takes orders; absent for one that was given. */
export const controlSocket = (): string | undefined => process.env['ISOLITH_TEST_BROKER_CONTROL'] || undefined;

async function control(
  action: 'stop' | 'kill' | 'start' | 'rabbitmqctl',
  args: readonly string[] = [],
): Promise<string> {
  const socketPath = controlSocket();
  if (socketPath === undefined)
    throw new Error(
      `broker ${action}: only a broker that these scripts started can be made to fail, and this one was given by TRANSPORT_URL`,
    );
  return askKeeper(socketPath, `/${action}`, args);
}

const rabbitmqctl = (...args: readonly string[]): Promise<string> => control('rabbitmqctl', ['--quiet', ...args]);

const connections = z.array(z.object({ vhost: z.string() }));

/**
 * Faults of a broker of our own. Each resolves when the fault is there, or is over; with another broker each rejects.
 */
export const broker = {
  /** An orderly shutdown, as for maintenance. Port and data stay; takes up to 10 s. */
  stop: async (): Promise<void> => void (await control('stop')),

  /**
   * As if its process crashed. Port and data stay. Only the tables that RabbitMQ itself flushes each half second are
   * flushed before: without its entry there a quorum queue that was declared just before the crash never answers again,
   * which is no fault of who uses it.
   */
  kill: async (): Promise<void> => {
    await broker.flushTables();
    await broker.killFlushed();
  },

  /** The first half of kill(), which takes a second. */
  flushTables: async (): Promise<void> =>
    void (await rabbitmqctl('eval', '[ok = dets:sync(Table) || Table <- dets:all()].')),

  /**
   * The second half, which is immediate: for a test whose moment matters, and in which no queue was declared since the
   * first.
   */
  killFlushed: async (): Promise<void> => void (await control('kill')),

  /** After stop or kill; resolves when it accepts connections. Does nothing when it runs. */
  start: async (): Promise<void> => void (await control('start')),

  /** Memory is short: the broker blocks everybody who publishes. */
  memoryAlarm: async (on: boolean): Promise<void> =>
    void (await rabbitmqctl('set_vm_memory_high_watermark', 'absolute', on ? '1' : '1GB')),

  /**
   * Closes every connection that is open in this virtual host, as an operator would; resolves with how many.
   * Rejects when there is none: a test that cuts nothing proves nothing.
   */
  closeConnections: async (vhost: string): Promise<number> => {
    const all = connections.parse(JSON.parse(await rabbitmqctl('list_connections', 'vhost', '--formatter', 'json')));
    const open = all.filter((connection) => connection.vhost === vhost).length;
    if (open === 0) throw new Error(`broker closeConnections: none is open in ${vhost}`);
    await rabbitmqctl('close_all_connections', '--vhost', vhost, 'closed by a test');
    return open;
  },

  /** Deletes a queue under whoever uses it. Rejects when it does not exist. Works with any broker. */
  deleteQueue: async (vhost: string, name: string): Promise<void> =>
    void (await manage('DELETE', ['queues', vhost, name])),
};
