import { execFile, spawnSync, type SpawnSyncOptionsWithStringEncoding } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { at } from '../paths.mjs';
import { checkPostgresql, checkRabbitmq } from './connections.ts';
import { freePorts } from './ports.ts';
import type { Plan, Servers } from './keeper.ts';

const exec = promisify(execFile);
const ENGINE_ANSWERS_MS = 5_000;
/** The images may have to come first. */
const UP_MS = 10 * 60_000;
const COMMAND_MS = 60_000;

/** @returns whether a Docker engine answers and Compose is there */
export const dockerAnswers = (): boolean => {
  const options: SpawnSyncOptionsWithStringEncoding = {
    encoding: 'utf8',
    timeout: ENGINE_ANSWERS_MS,
    stdio: ['ignore', 'pipe', 'ignore'],
  };
  const engine = spawnSync('docker', ['info', '--format', '{{.ServerVersion}}'], options);
  if (engine.status !== 0 || engine.stdout.trim() === '') return false;
  return spawnSync('docker', ['compose', 'version'], options).status === 0;
};

/** The image that docker-compose.yml runs: the one place that says versions. */
const imageOf = (name: 'postgres' | 'rabbitmq'): string => {
  const found = readFileSync(at('docker-compose.yml'), 'utf8').match(new RegExp(`^ +image: (${name}:\\S+)$`, 'm'))?.[1];
  if (found === undefined) throw new Error(`docker-compose.yml names no image ${name}`);
  return found;
};

/** The servers in containers of a Compose project of their own. */
export const startWithCompose = async ({ postgresql, rabbitmq }: Plan): Promise<Servers> => {
  const [port = 0, amqpPort = 0, managementPort = 0] = await freePorts(3, 'servers');
  const password = randomBytes(18).toString('base64url');
  const project = `isolith-services-${process.pid}`;
  const env = {
    ...process.env,
    ISOLITH_SERVICES_POSTGRESQL_IMAGE: imageOf('postgres'),
    ISOLITH_SERVICES_RABBITMQ_IMAGE: imageOf('rabbitmq'),
    ISOLITH_SERVICES_PASSWORD: password,
    ISOLITH_SERVICES_POSTGRESQL_PORT: String(port),
    ISOLITH_SERVICES_RABBITMQ_PORT: String(amqpPort),
    ISOLITH_SERVICES_MANAGEMENT_PORT: String(managementPort),
  };
  const compose = async (args: readonly string[], limitMs = COMMAND_MS) => {
    const all = ['compose', '--project-name', project, '--file', at('scripts', 'services', 'compose.yml'), ...args];
    return (await exec('docker', all, { env, timeout: limitMs })).stdout;
  };
  const end = async () => void (await compose(['down', '--volumes', '--timeout', '1']));
  const url = `postgres://isolith:${password}@127.0.0.1:${port}/postgres`;
  const amqpUrl = `amqp://isolith:${password}@127.0.0.1:${amqpPort}`;
  const healthy = ['up', '--detach', '--wait'];
  try {
    await compose([...healthy, ...(postgresql ? ['postgres'] : []), ...(rabbitmq ? ['rabbitmq'] : [])], UP_MS);
    if (postgresql) await checkPostgresql(url);
    if (rabbitmq) await checkRabbitmq(amqpUrl);
  } catch (error) {
    // Its failure would hide why they did not come up.
    await end().catch(() => undefined);
    throw error;
  }
  const broker = {
    url: amqpUrl,
    managementUrl: `http://isolith:${password}@127.0.0.1:${managementPort}`,
    start: async () => void (await compose([...healthy, 'rabbitmq'])),
    stop: async ({ abruptly = false }) => void (await compose([abruptly ? 'kill' : 'stop', 'rabbitmq'])),
    control: (args: readonly string[]) => compose(['exec', '-T', 'rabbitmq', 'rabbitmqctl', ...args]),
  };
  const database = {
    url,
    start: async () => void (await compose([...healthy, 'postgres'])),
    // SIGQUIT: every server process quits at once, and the next start recovers from the log.
    stop: async ({ abruptly = false } = {}) =>
      void (await compose(abruptly ? ['kill', '--signal', 'SIGQUIT', 'postgres'] : ['stop', 'postgres'])),
  };
  return { database: postgresql ? database : undefined, broker: rabbitmq ? broker : undefined, end };
};
