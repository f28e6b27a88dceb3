import { chmodSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { startWithCompose } from './compose.mjs';
import { startFromPrograms } from './from-programs.mjs';
import { ownFolder } from './folder.mjs';

/*
 * The process that the servers belong to. Whoever wants them holds the other end of its channel; when that end closes, for whatever reason,
 * it ends the servers and itself. It leads a session of its own, so that a Ctrl-C in the terminal does not reach the servers before it.
 */

/** @typedef {{ way: 'programs' | 'compose', postgresql: boolean, rabbitmq: boolean }} Plan what to bring up, and how */
/**
 * @typedef {object} Database
 * @property {string} url
 * @property {() => Promise<void>} start
 * @property {(how?: { abruptly?: boolean }) => Promise<void>} stop keeps its data and port
 */
/**
 * @typedef {object} Broker
 * @property {string} url
 * @property {string} managementUrl
 * @property {() => Promise<void>} start
 * @property {(how: { abruptly?: boolean }) => Promise<void>} stop keeps its data and port
 * @property {(args: readonly string[]) => Promise<string>} control rabbitmqctl; resolves with what it wrote
 */
/** @typedef {{ database?: Database | undefined, broker?: Broker | undefined, end: () => Promise<void> }} Servers */

const { folder, remove } = ownFolder();
/** @type {Promise<Servers> | undefined} */
let servers;
let ending = false;
/** The process groups that the script at the other end runs; they end with it when it is killed. @type {Set<number>} */
const groups = new Set();

/** Running -> ending, once; waits for a start that is under way, since its servers exist already. */
const end = async (code = 0) => {
  if (ending) return;
  ending = true;
  for (const group of groups) {
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // It is empty by now.
    }
  }
  try {
    await (await servers)?.end();
  } catch {
    // The start failed and said so, or an end did: the kernel ends what is left with this process.
  }
  remove();
  process.exit(code);
};

/** What can be done to either server. @param {Database | Broker} server @param {string} action */
const actOn = async (server, action) => {
  if (action === 'stop') return server.stop({});
  if (action === 'kill') return server.stop({ abruptly: true });
  if (action === 'start') return server.start();
  throw new Error(`unknown action ${action}`);
};

/**
 * @param {Omit<Servers, 'end'>} ours @param {string} path `/stop`, `/kill`, `/start` and `/rabbitmqctl` of the broker, `/database/stop` … of the database
 * @param {string} body @returns {Promise<string | void>} what rabbitmqctl wrote
 */
const act = async ({ database, broker }, path, body) => {
  const [first = '', second] = path.slice(1).split('/');
  if (first === 'database' && second !== undefined && database !== undefined) return actOn(database, second);
  if (broker === undefined) throw new Error(`${path}: the server is not one of ours`);
  if (first === 'rabbitmqctl') return broker.control(JSON.parse(body));
  return actOn(broker, first);
};

/** What tests ask of the servers, for each server one after the other. @param {Omit<Servers, 'end'>} ours @param {string} path of a socket that only this account opens */
const listen = async (ours, path) => {
  const lasts = { database: Promise.resolve(), broker: Promise.resolve() };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      body += text;
    });
    request.once('end', () => {
      const of = request.url?.startsWith('/database/') ? 'database' : 'broker';
      lasts[of] = lasts[of]
        .then(() => act(ours, request.url ?? '', body))
        .then(
          (output) => void response.writeHead(200).end(output ?? ''),
          (/** @type {unknown} */ error) =>
            void response.writeHead(500).end(error instanceof Error ? error.message : String(error)),
        );
    });
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => resolve(undefined));
  });
  chmodSync(path, 0o600);
};

/** @param {Plan} plan */
const bringUp = async (plan) => {
  servers = plan.way === 'compose' ? startWithCompose(plan) : startFromPrograms(plan, folder);
  const { database, broker } = await servers;
  const control = join(folder, 'control');
  await listen({ database, broker }, control);
  return {
    ...(database === undefined
      ? {}
      : { ISOLITH_TEST_DATABASE_URL: database.url, ISOLITH_TEST_DATABASE_CONTROL: control }),
    ...(broker === undefined
      ? {}
      : {
          ISOLITH_TEST_TRANSPORT_URL: broker.url,
          ISOLITH_TEST_MANAGEMENT_URL: broker.managementUrl,
          ISOLITH_TEST_BROKER_CONTROL: control,
        }),
  };
};

process.once('disconnect', () => void end());
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => void end());
process.once('message', (/** @type {Plan} */ plan) => {
  process.on('message', (/** @type {{ group: number, runs: boolean } | 'stop'} */ message) => {
    // Whoever asks to stop is alive and sees to its tools itself.
    if (message === 'stop') {
      groups.clear();
      void end();
    } else if (message.runs) groups.add(message.group);
    else groups.delete(message.group);
  });
  // While the start went on the other end may have gone: then nobody is there to be told.
  const tell = (/** @type {object} */ answer) => {
    if (process.connected) process.send?.(answer, undefined, undefined, () => undefined);
  };
  bringUp(plan).then(
    (environment) => tell({ environment }),
    async (/** @type {unknown} */ error) => {
      tell({ failure: error instanceof Error ? error.message : String(error) });
      groups.clear();
      await end(1);
    },
  );
});
