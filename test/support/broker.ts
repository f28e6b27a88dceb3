import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { z } from 'zod';
import { eventually } from './eventually.js';
import { manage, managementUser } from './management.js';
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

async function control(action: string): Promise<void> {
  const socketPath = controlSocket();
  if (socketPath === undefined) throw new Error(`broker ${action}: only a broker that these scripts started can be made to fail, and this one was given by TRANSPORT_URL`);
  await new Promise<void>((resolve, reject) => {
    const asked = request({ socketPath, method: 'POST', path: `/${action}` }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.once('end', () => (answer.statusCode === 204 ? resolve() : reject(new Error(`broker ${action}: ${text}`))));
    });
    asked.once('error', reject);
    asked.end();
  });
}

const connections = z.array(z.object({ name: z.string() }));

/** Faults of the broker under test. Each resolves when the fault is there, or is over. */
export const broker = {
  /** An orderly shutdown, as for maintenance. Port and data stay; takes up to 10 s. */
  stop: () => control('stop'),
  /** As if the machine lost power. Port and data stay. */
  kill: () => control('kill'),
  /** After stop or kill; resolves when it accepts connections. */
  start: () => control('start'),
  /** Memory is short: the broker blocks everybody who publishes. */
  memoryAlarm: (on: boolean) => control(`memory-alarm/${on ? 'on' : 'off'}`),

  /**
   * Closes every connection that is open in this virtual host, as an operator would; resolves with how many.
   * Rejects when there is none within 10 s: a test that cuts nothing proves nothing.
   */
  closeConnections: async (vhost: string): Promise<number> => {
    const list = async () => connections.parse(await manage('GET', ['vhosts', vhost, 'connections']));
    const open = await eventually(`a connection in ${vhost}`, list, (found) => found.length > 0, 10_000);
    await Promise.all(open.map(({ name }) => manage('DELETE', ['connections', name])));
    return open.length;
  },

  /** Deletes a queue under whoever uses it. Rejects when it does not exist. */
  deleteQueue: async (vhost: string, name: string): Promise<void> => void (await manage('DELETE', ['queues', vhost, name])),
};
