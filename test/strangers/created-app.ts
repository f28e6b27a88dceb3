import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { temporaryFolder } from '../support/host.js';
import { packAll, run } from './desk.js';

const dependencies = z.record(z.string(), z.string());
const manifest = z.looseObject({ dependencies, devDependencies: dependencies });
const readyLine = z.object({ contexts: z.array(z.string()), port: z.int().min(1) });

export interface CreatedApp {
  readonly folder: string;
  /** What was there before anything was installed: the manifest, as it was written. */
  readonly written: z.output<typeof manifest>;
  /** What npm said when it installed the packages. */
  readonly installed: string;
  /** When the command that creates it began, by the clock that nobody sets. */
  readonly startedAt: number;
}

/**
 * Plays the stranger: `npm create isolith my-app` from its tarball, in a folder outside of the repository. The registry
 * has none of this repository's packages, so the manifest is made to name their tarballs before they are installed.
 */
export async function createApp(): Promise<CreatedApp> {
  const folder = temporaryFolder();
  const tarballs = await packAll(join(folder, 'tarballs'));
  const work = join(folder, 'work');
  mkdirSync(work);
  const startedAt = performance.now();
  const create = ['exec', '--yes', `--package=${tarballs.get('create-isolith')}`, '--', 'create-isolith'];
  await run(work, 'npm', ...create, 'my-app', '--no-install');
  const app = join(work, 'my-app');
  const file = join(app, 'package.json');
  const written = manifest.parse(JSON.parse(readFileSync(file, 'utf8')));
  const local = (versions: z.output<typeof dependencies>) =>
    Object.fromEntries(
      Object.entries(versions).map(([name, version]) => [
        name,
        tarballs.has(name) ? `file:${tarballs.get(name)}` : version,
      ]),
    );
  // Those that packages of ours need of each other are no dependencies of the app: npm is told of their tarballs as
  // well.
  const overrides = Object.fromEntries([...tarballs].map(([name, tarball]) => [name, `file:${tarball}`]));
  const { dependencies: used, devDependencies: usedByTests } = written;
  writeFileSync(
    file,
    JSON.stringify({ ...written, dependencies: local(used), devDependencies: local(usedByTests), overrides }),
  );
  const installed = await run(app, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund');
  return { folder: app, written, installed, startedAt };
}

export interface RunningApp {
  readonly url: string;
  /** The contexts of each of its processes. */
  readonly hosts: readonly (readonly string[])[];
  output(): string;
}

const running = new Set<ChildProcess>();

/**
 * Runs a script of the app with this environment and nothing else; resolves when so many of its processes are ready.
 */
export async function runScript(
  folder: string,
  script: 'start' | 'split',
  processes: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningApp> {
  const child = spawn('npm', ['run', script], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that the end reaches what npm has started.
    detached: true,
  });
  running.add(child);
  const lines: string[] = [];
  const hosts: z.output<typeof readyLine>[] = [];
  const ended = once(child, 'close');
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      // By itself, or behind the name of the process that says it.
      const [, json] = /^(?:\w+ +\| )?(\{"contexts":.*\})$/.exec(line) ?? [];
      if (json === undefined) return;
      hosts.push(readyLine.parse(JSON.parse(json)));
      if (hosts.length === processes) resolve();
    });
  });
  const isReady = await Promise.race([ready.then(() => true), ended.then(() => false)]);
  const gateway = hosts.find(({ contexts }) => contexts.includes('gateway'));
  if (!isReady || gateway === undefined) throw new Error(`npm run ${script} ended too early:\n${lines.join('\n')}`);
  return {
    url: `http://127.0.0.1:${gateway.port}`,
    hosts: hosts.map(({ contexts }) => contexts),
    output: () => lines.join('\n'),
  };
}

/** Ends whatever still runs, with all that it has started. */
export async function endApps(): Promise<void> {
  await Promise.all(
    [...running].map(async (child) => {
      const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
      // Also what outlived npm is in its group; when nobody is, there is nothing to end.
      if (child.pid !== undefined) endGroup(child.pid);
      await ended;
    }),
  );
  running.clear();
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
