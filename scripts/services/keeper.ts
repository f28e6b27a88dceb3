import { chmodSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { startWithCompose } from './compose.ts';
import { startFromPrograms } from './from-programs.ts';
import { ownFolder } from './folder.ts';

/*
 * The process that the servers belong to. Whoever wants them holds the other end of its channel; when that end closes,
 * for whatever reason, it ends the servers and itself. It leads a session of its own, so that a Ctrl-C in the terminal
 * does not reach the servers before it.
 */

/** What to bring up, and how. */
export interface Plan {
  readonly way: 'programs' | 'compose';
  readonly postgresql: boolean;
  readonly rabbitmq: boolean;
}
export interface Database {
  readonly url: string;
  readonly start: () => Promise<void>;
  /** Keeps its data and port. */
  readonly stop: (how?: { abruptly?: boolean }) => Promise<void>;
}
export interface Broker {
  readonly url: string;
  readonly managementUrl: string;
  readonly start: () => Promise<void>;
  /** Keeps its data and port. */
  readonly stop: (how: { abruptly?: boolean }) => Promise<void>;
  /** Rabbitmqctl; resolves with what it wrote. */
  readonly control: (args: readonly string[]) => Promise<string>;
}
export interface Servers {
  readonly database?: Database | undefined;
  readonly broker?: Broker | undefined;
  readonly end: () => Promise<void>;
}

const { folder, remove } = ownFolder();
let servers: Promise<Servers> | undefined;
let ending = false;
/** The process groups that the script at the other end runs; they end with it when it is killed. */
const groups = new Set<number>();

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

/** What can be done to either server. */
const actOn = async (server: Database | Broker, action: string) => {
  if (action === 'stop') return server.stop({});
  if (action === 'kill') return server.stop({ abruptly: true });
  if (action === 'start') return server.start();
  throw new Error(`unknown action ${action}`);
};

/**
 * @param path `/stop`, `/kill`, `/start` and `/rabbitmqctl` of the broker, `/database/stop` … of the database
 * @returns what rabbitmqctl wrote
 */
const act = async ({ database, broker }: Omit<Servers, 'end'>, path: string, body: string): Promise<string | void> => {
  const [first = '', second] = path.slice(1).split('/');
  if (first === 'database' && second !== undefined && database !== undefined) return actOn(database, second);
  if (broker === undefined) throw new Error(`${path}: the server is not one of ours`);
  if (first === 'rabbitmqctl') return broker.control(JSON.parse(body));
  return actOn(broker, first);
};

/**
 * What tests ask of the servers, for each server one after the other. @param path of a socket that only this account
 * opens
 */
const listen = async (ours: Omit<Servers, 'end'>, path: string) => {
  const lasts = { database: Promise.resolve(), broker: Promise.resolve() };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.once('end', () => {
      const of = request.url?.startsWith('/database/') ? 'database' : 'broker';
      lasts[of] = lasts[of]
        .then(() => act(ours, request.url ?? '', body))
        .then(
          (output) => void response.writeHead(200).end(output ?? ''),
          (error: unknown) => void response.writeHead(500).end(error instanceof Error ? error.message : String(error)),
        );
    });
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => resolve(undefined));
  });
  chmodSync(path, 0o600);
};

const bringUp = async (plan: Plan) => {
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
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end());
process.once('message', (plan: Plan) => {
  process.on('message', (message: { group: number; runs: boolean } | 'stop') => {
    // Whoever asks to stop is alive and sees to its tools itself.
    if (message === 'stop') {
      groups.clear();
      void end();
    } else if (message.runs) groups.add(message.group);
    else groups.delete(message.group);
  });
  // While the start went on the other end may have gone: then nobody is there to be told.
  const tell = (answer: object) => {
    if (process.connected) process.send?.(answer, undefined, undefined, () => undefined);
  };
  bringUp(plan).then(
    (environment) => tell({ environment }),
    async (error: unknown) => {
      tell({ failure: error instanceof Error ? error.message : String(error) });
      groups.clear();
      await end(1);
    },
  );
});
