import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromiumProgram } from '../outside/chromium-program.ts';
import { pythonProgram } from '../outside/python.ts';
import { run, say, seconds, StepFailed } from '../steps.mjs';

const POSTGRESQL = '/usr/lib/postgresql';
/** The scripts behind Debian's wrappers in /usr/sbin, which insist on the account rabbitmq and its folders. */
const RABBITMQ = '/usr/lib/rabbitmq/bin';
/** Only root installs, so the lock stands where only root writes. The kernel frees it however its holder ends. */
const LOCK = '/run/isolith-services.lock';
const LOCK_SECONDS = '600';

export type Package = 'postgresql' | 'rabbitmq-server' | 'python3-venv' | 'chromium';

/** @returns the folder with the newest PostgreSQL's programs */
export const postgresqlPrograms = (): string | undefined => {
  if (!existsSync(POSTGRESQL)) return undefined;
  const versions = readdirSync(POSTGRESQL).filter((version) => existsSync(join(POSTGRESQL, version, 'bin', 'initdb')));
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  return newest === undefined ? undefined : join(POSTGRESQL, newest, 'bin');
};

/** @returns the folder with RabbitMQ's programs */
export const rabbitmqPrograms = (): string | undefined =>
  existsSync(join(RABBITMQ, 'rabbitmq-server')) ? RABBITMQ : undefined;

const programsOf: Record<Package, () => string | undefined> = {
  postgresql: postgresqlPrograms,
  'rabbitmq-server': rabbitmqPrograms,
  'python3-venv': pythonProgram,
  chromium: chromiumProgram,
};

const isPresent = (name: Package) => programsOf[name]() !== undefined;

const answers = (command: string) =>
  spawnSync(command, ['--version'], { stdio: 'ignore', timeout: 10_000 }).status === 0;

/** @returns why packages cannot be installed here; undefined when they can */
export const whyNotInstallable = (): string | undefined => {
  if (process.platform !== 'linux' || !answers('apt-get')) return 'this is no Debian or Ubuntu';
  if (process.getuid?.() !== 0) return 'only root may install packages';
  return undefined;
};

/** What a package calls to start or enable its service. These stand in for them while ours are installed. */
const STARTERS = [
  'invoke-rc.d',
  'deb-systemd-invoke',
  'deb-systemd-helper',
  'update-rc.d',
  'service',
  'start-stop-daemon',
];

/** @returns a PATH on which nothing starts a system service */
const quietPath = (folder: string): string => {
  for (const name of STARTERS) {
    writeFileSync(join(folder, name), '#!/bin/sh\nexit 0\n');
    chmodSync(join(folder, name), 0o755);
  }
  if (!answers(join(folder, 'service')))
    throw new StepFailed('services', `nothing under ${folder} can be executed: install the packages by hand`);
  return `${folder}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
};

/**
 * Installs what is missing of these packages, nothing else, and starts none of their system services.
 * Concurrent runs take turns; the one that comes second finds the work done.
 * @throws {StepFailed} with apt's output
 */
export const install = async (names: readonly Package[]) => {
  const missing = names.filter((name) => !isPresent(name));
  if (missing.length === 0) return;
  const startedAt = Date.now();
  say('services', `installing ${missing.join(' and ')} with apt-get`);
  // Not under TMPDIR, whose path may have blanks, which apt's settings would not survive.
  const folder = mkdtempSync('/tmp/isolith-apt-');
  chmodSync(folder, 0o755);
  const options = [
    '--yes',
    '--quiet',
    '--no-install-recommends',
    '-o DPkg::Lock::Timeout=600',
    '-o Dpkg::Use-Pty=0',
    '-o Dpkg::Options::=--force-confold',
    `-o DPkg::Path=${quietPath(folder)}`,
  ].join(' ');
  // A package that is there by now (another run was first) is not upgraded: that would restart a server that someone
  // uses.
  const isInstalled = (name: string) =>
    `dpkg-query -W -f '\${db:Status-Status}\n' ${name} 2>/dev/null | grep -qx installed`;
  const wanted = [
    'wanted=',
    ...missing.map((name) => `${isInstalled(name)} || wanted="$wanted ${name}"`),
    '[ -n "$wanted" ] || exit 0',
  ];
  // The lists may be missing or too old. Asking the mirror for new ones costs seconds, so only then.
  const fetch = `apt-get install --download-only ${options} $wanted`;
  const download = [...wanted, `${fetch} >/dev/null 2>&1 || { apt-get update --quiet && ${fetch}; }`];
  // Cut short by a signal, dpkg would leave the machine's packages broken. So this goes on to its end, in seconds,
  // whatever becomes of us:
  // it writes to no pipe of ours and removes the folder itself.
  const log = join(folder, 'log');
  const unpack = [
    `{ ${wanted.slice(0, -1).join('; ')}; [ -z "$wanted" ] || apt-get install --no-download ${options} $wanted; } >${log} 2>&1`,
  ];
  const leave = `code=$?; [ $code = 0 ] || cat ${log}; rm -r ${folder}; exit $code`;
  const inTurn = (script: readonly string[]) => ['-w', LOCK_SECONDS, LOCK, 'sh', '-c', script.join('\n')];
  const env = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    await run('services', 'flock', inTurn(download), { env });
  } catch (error) {
    remove();
    throw error;
  } finally {
    process.removeListener('exit', remove);
  }
  say('services', `packages are here after ${seconds(startedAt)}, unpacking`);
  await run('services', 'flock', inTurn([...unpack, leave]), { env, endsByItself: true });
  say('services', `installed ${missing.join(' and ')} in ${seconds(startedAt)}`);
};
