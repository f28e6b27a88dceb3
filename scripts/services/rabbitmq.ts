import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkRabbitmq } from './connections.ts';
import { ServerProcess } from './process.ts';
import { dropped, unprivileged } from './unprivileged.ts';

const exec = promisify(execFile);
const CONTROL_MS = 30_000;
const READY_MS = 60_000;
const USER = 'isolith';
const KILL = { signal: 'SIGKILL', withinMs: 5_000 } as const;

/**
 * A RabbitMQ of our own, from Debian's programs, with all that it writes in one folder and a port mapper (epmd) that
 * only it uses. It can be stopped and started again on the same port and data.
 * @param options four ports
 */
export const startRabbitmq = async ({
  programs,
  folder,
  ports,
  password,
}: {
  programs: string;
  folder: string;
  ports: readonly number[];
  password: string;
}) => {
  const [port = 0, managementPort = 0, mapperPort = 0, distributionPort = 0] = ports;
  const user = unprivileged('rabbitmq', 'nobody');
  const files = {
    cookie: join(folder, '.erlang.cookie'),
    config: join(folder, 'rabbitmq.conf'),
    plugins: join(folder, 'enabled_plugins'),
    environment: join(folder, 'rabbitmq-env.conf'),
  };
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(files.cookie, randomBytes(24).toString('hex'), { mode: 0o400 });
  writeFileSync(files.plugins, '[rabbitmq_management].\n');
  // An own, empty one: the default is the system's, which configures the system's broker.
  writeFileSync(files.environment, '');
  const config = {
    'listeners.tcp.1': `127.0.0.1:${port}`,
    'management.tcp.ip': '127.0.0.1',
    'management.tcp.port': managementPort,
    default_user: USER,
    default_pass: password,
    'default_user_tags.administrator': true,
    'tcp_listen_options.nodelay': true,
    'vm_memory_high_watermark.absolute': '1GB',
    'disk_free_limit.absolute': '50MB',
    collect_statistics_interval: 1_000,
    'log.console': true,
    'log.console.level': 'warning',
    'log.file': false,
  };
  const lines = Object.entries(config).map(([name, value]) => `${name} = ${value}\n`);
  writeFileSync(files.config, lines.join(''), { mode: 0o600 });
  if (user !== undefined) for (const path of [folder, ...Object.values(files)]) chownSync(path, user.uid, user.gid);

  const loopback = '-kernel inet_dist_use_interface {127,0,0,1}';
  const env = {
    PATH: process.env['PATH'],
    LC_ALL: 'C.UTF-8',
    HOME: folder,
    ERL_EPMD_PORT: String(mapperPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_CRASH_DUMP: join(folder, 'erl_crash.dump'),
    RABBITMQ_NODENAME: `isolith-${port}@localhost`,
    RABBITMQ_DIST_PORT: String(distributionPort),
    RABBITMQ_CONF_ENV_FILE: files.environment,
    RABBITMQ_CONFIG_FILE: files.config,
    RABBITMQ_CONFIG_FILES: join(folder, 'conf.d'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, 'advanced.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: files.plugins,
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_MNESIA_DIR: join(folder, 'data', 'node'),
    RABBITMQ_PLUGINS_EXPAND_DIR: join(folder, 'plugins'),
    RABBITMQ_FEATURE_FLAGS_FILE: join(folder, 'feature_flags'),
    RABBITMQ_GENERATED_CONFIG_DIR: join(folder, 'generated'),
    RABBITMQ_SCHEMA_DIR: join(folder, 'schema'),
    RABBITMQ_LOG_BASE: folder,
    RABBITMQ_LOGS: '-',
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    // Makes the start script become the server instead of waiting beside it, so that its process is our child.
    RABBITMQ_ALLOW_INPUT: 'true',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `-noinput ${loopback}`,
    RABBITMQ_CTL_ERL_ARGS: loopback,
  };
  const url = `amqp://${USER}:${password}@127.0.0.1:${port}`;
  const run = (name: string, command: readonly string[]) =>
    new ServerProcess(name, dropped(user, 'SIGKILL', command), env, folder, join(folder, `${name}.log`));

  const mapper = run('epmd', ['epmd', '-port', String(mapperPort), '-address', '127.0.0.1']);
  let server: ServerProcess | undefined;
  const start = async () => {
    if (server !== undefined && !server.ended) return;
    server = run('rabbitmq', [join(programs, 'rabbitmq-server')]);
    await server.untilReady(() => checkRabbitmq(url), READY_MS);
  };
  /** @param how abruptly: as if the machine had lost power */
  const stop = async ({ abruptly = false }: { abruptly?: boolean } = {}) => {
    await server?.end(abruptly ? [KILL] : [{ signal: 'SIGTERM', withinMs: 20_000 }, KILL]);
  };
  const end = async () => {
    // Nothing that it keeps is needed any more, so it needs no time to write it down.
    await Promise.all([stop({ abruptly: true }), mapper.end([KILL])]);
  };
  try {
    await start();
  } catch (error) {
    await end();
    throw error;
  }
  return {
    url,
    managementUrl: `http://${USER}:${password}@127.0.0.1:${managementPort}`,
    start,
    stop,
    end,
    control: async (args: readonly string[]) => {
      const [command, all] = dropped(user, 'SIGKILL', [
        join(programs, 'rabbitmqctl'),
        '--node',
        env.RABBITMQ_NODENAME,
        ...args,
      ]);
      return (await exec(command, all, { cwd: folder, env, timeout: CONTROL_MS })).stdout;
    },
  };
};
