import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { brokerUrl } from './broker.js';
import { manage, managementUser } from './management.js';

/** Where a broker that specs may make fail takes orders; absent for one that is somebody else's. */
const controlSocket = (): string | undefined => process.env['ISOLITH_TEST_BROKER_CONTROL'] || undefined;

/**
 * Whether the broker may be made to fail: `(brokerIsOurs ? describe : describe.skip)(…)`, so that what is not tried is
 * reported as skipped.
 */
export const brokerIsOurs = controlSocket() !== undefined;

async function order(action: 'stop' | 'kill' | 'start' | 'rabbitmqctl', args: readonly string[] = []): Promise<void> {
  const socketPath = controlSocket();
  if (socketPath === undefined)
    throw new Error(`broker ${action}: ISOLITH_TEST_BROKER_CONTROL is not set, so it is not ours`);
  await new Promise<void>((resolve, reject) => {
    const asked = request({ socketPath, method: 'POST', path: `/${action}` }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.once('end', () =>
        answer.statusCode === 200 ? resolve() : reject(new Error(`broker ${action}: ${text}`)),
      );
    });
    asked.once('error', reject);
    asked.end(JSON.stringify(args));
  });
}

const rabbitmqctl = (...args: readonly string[]): Promise<void> => order('rabbitmqctl', ['--quiet', ...args]);

/** The process of a quorum queue, in Erlang. */
const memberOf = (vhost: string, queue: string): string =>
  `{binary_to_atom(<<"${vhost === '/' ? '%2F' : vhost}_${queue}">>), node()}`;

/** Each resolves when the fault is there, or is over. Port and data stay. */
export const broker = {
  /** As for maintenance; takes up to 10 s. */
  stop: (): Promise<void> => order('stop'),

  /**
   * As if its process crashed, except that what RabbitMQ flushes each half second is flushed: without it a new quorum
   * queue never answers again.
   */
  kill: async (): Promise<void> => {
    await rabbitmqctl('eval', '[ok = dets:sync(Table) || Table <- dets:all()].');
    await order('kill');
  },

  start: (): Promise<void> => order('start'),

  /**
   * A quorum queue has no leader any more and gets none: it can be declared, and ends the connection of whoever
   * consumes it.
   */
  loseLeader: (vhost: string, queue: string): Promise<void> =>
    rabbitmqctl('eval', `ok = ra:stop_server(quorum_queues, ${memberOf(vhost, queue)}).`),

  /** A quorum queue answers nothing, as one whose other nodes are away. */
  silence: (vhost: string, queue: string, silent: boolean): Promise<void> =>
    rabbitmqctl('eval', `ok = sys:${silent ? 'suspend' : 'resume'}(${memberOf(vhost, queue)}).`),

  /** Memory is short: the broker blocks everybody who publishes. */
  memoryAlarm: (on: boolean): Promise<void> =>
    rabbitmqctl('set_vm_memory_high_watermark', 'absolute', on ? '1' : '1GB'),
};

export interface FreshVhost {
  readonly url: string;
  readonly name: string;
  /** Deletes it with all that is in it. */
  drop(): Promise<void>;
}

/** An empty virtual host that no other spec file uses. */
export async function freshVhost(): Promise<FreshVhost> {
  const name = `isolith_${randomBytes(8).toString('hex')}`;
  await manage('PUT', ['vhosts', name], {});
  await manage('PUT', ['permissions', name, managementUser()], { configure: '.*', write: '.*', read: '.*' });
  const url = new URL(brokerUrl());
  url.pathname = `/${name}`;
  return { url: url.href, name, drop: async () => void (await manage('DELETE', ['vhosts', name])) };
}
