import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

// npm run split: the same app as two processes that talk over RabbitMQ. Nothing but their environment differs.
const HOSTS = [
  { name: 'orders', CONTEXTS: 'gateway,orders' },
  { name: 'stock ', CONTEXTS: 'stock', PORT: '0' },
];
/** Those of compose.yml. */
const SERVERS = {
  TRANSPORT_URL: 'amqp://app:app@127.0.0.1:15673',
  DATABASE_URL: 'postgres://app:app@127.0.0.1:15432/app',
};
const SECRET_FILE = '.isolith/split-secret';

/** What the hosts know one another by. It stays, so that what waits in the broker can be read at the next start. */
const secret = () => {
  mkdirSync('.isolith', { recursive: true });
  if (!existsSync(SECRET_FILE)) writeFileSync(SECRET_FILE, randomBytes(32).toString('hex'), { mode: 0o600 });
  return readFileSync(SECRET_FILE, 'utf8');
};

const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
/** A secret may be given by the path of its file. */
const isMissing = (variable) => given[variable] === undefined && given[`${variable}_FILE`] === undefined;
const missing = Object.keys(SERVERS).filter(isMissing);
if (
  missing.length > 0 &&
  spawnSync('docker', ['compose', 'up', '--detach', '--wait'], { stdio: 'inherit' }).status !== 0
) {
  console.error(`split: the servers of compose.yml did not come up; to use others set ${missing.join(' and ')}`);
  process.exit(1);
}

const defaults = Object.fromEntries(missing.map((variable) => [variable, SERVERS[variable]]));
if (isMissing('AUTH_SECRET')) defaults.AUTH_SECRET = secret();

const hosts = HOSTS.map(({ name, ...own }) => {
  const host = spawn(process.execPath, ['--enable-source-maps', 'dist/main.js'], {
    env: { ...defaults, ...given, ...own },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const output of [host.stdout, host.stderr])
    createInterface({ input: output }).on('line', (line) => console.log(`${name} | ${line}`));
  return host;
});

/** Each host finishes what it has begun. A second signal would cut that short. */
const stop = () => {
  for (const host of hosts) if (host.exitCode === null && !host.killed) host.kill('SIGTERM');
};
// Ctrl-C in a terminal reaches the hosts as well.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => (process.stdin.isTTY && signal !== 'SIGTERM' ? undefined : stop()));
// Two halves are one app: when one ends, so does the other.
for (const host of hosts)
  host.on('exit', (code) => {
    process.exitCode ||= code ?? 1;
    stop();
  });
