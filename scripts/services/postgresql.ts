import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkPostgresql } from './connections.ts';
import { ServerProcess } from './process.ts';
import { dropped, unprivileged } from './unprivileged.ts';

const READY_MS = 30_000;
const USER = 'isolith';

/** Disconnects everybody; then without a checkpoint; then the kernel's way. */
const ORDERLY = [
  { signal: 'SIGINT', withinMs: 4_000 },
  { signal: 'SIGQUIT', withinMs: 3_000 },
  { signal: 'SIGKILL', withinMs: 3_000 },
] as const;
/** Every server process quits at once, and the next start recovers from the log, as after a crash. */
const CRASH = [
  { signal: 'SIGQUIT', withinMs: 7_000 },
  { signal: 'SIGKILL', withinMs: 3_000 },
] as const;

/**
 * A PostgreSQL of our own, from Debian's programs, with all that it writes in one folder.
 * It flushes what it commits like any other: what tests see of durability must be true.
 * It can be stopped and started again on the same port and data.
 */
export const startPostgresql = async ({
  programs,
  folder,
  port,
  password,
}: {
  programs: string;
  folder: string;
  port: number;
  password: string;
}) => {
  const user = unprivileged('postgres', 'nobody');
  const env = { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', HOME: folder };
  const data = join(folder, 'data');
  const logFile = join(folder, 'log');
  const passwordFile = join(folder, 'password');
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user !== undefined) for (const path of [folder, passwordFile]) chownSync(path, user.uid, user.gid);

  const initdb = [
    join(programs, 'initdb'),
    `--pgdata=${data}`,
    `--username=${USER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
  ];
  // Only the creation is unsynced: what is lost with the machine then is an empty database.
  await finished(
    'initdb',
    dropped(user, 'SIGKILL', [...initdb, '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync', '--no-instructions']),
    env,
    folder,
  );
  rmSync(passwordFile);

  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: folder,
    max_connections: 300,
    shared_buffers: '64MB',
    max_wal_size: '256MB',
    log_min_messages: 'fatal',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const url = `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`;
  let server: ServerProcess | undefined;
  const start = async () => {
    if (server !== undefined && !server.ended) return;
    server = new ServerProcess(
      'postgres',
      dropped(user, 'SIGQUIT', [join(programs, 'postgres'), '-D', data, ...options]),
      env,
      folder,
      logFile,
    );
    await server.untilReady(() => checkPostgresql(url), READY_MS);
  };
  const stop = async ({ abruptly = false }: { abruptly?: boolean } = {}) => {
    await server?.end(abruptly ? CRASH : ORDERLY);
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, start, stop };
};

const finished = async (name: string, [command, args]: [string, string[]], env: NodeJS.ProcessEnv, cwd: string) => {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4_000);
    });
  }
  const [code, signal] = await once(child, 'close');
  if (code !== 0) throw new Error(`${name} ended with ${signal ?? `code ${code}`}\n${output}`);
};
