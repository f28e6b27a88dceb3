import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { z } from 'zod';
import { temporaryFolder } from '../support/host.js';

const ROOT = join(import.meta.dirname, '..', '..');
const exec = promisify(execFile);
/** Bounds a tool that hangs. */
const LIMIT_MS = 240_000;

/** Of npm's variables only those that say where packages come from: the others would have it work on our repository. */
const outside = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined ||
      (/^npm_/i.test(name) && !/^npm_config_(registry|cafile|cache|proxy|https_proxy)$/i.test(name))
        ? []
        : [[name, value]],
    ),
  );

/** Runs a program in a folder; resolves with all that it wrote, rejects with it. */
export async function run(cwd: string, program: string, ...args: readonly string[]): Promise<string> {
  try {
    const { stdout, stderr } = await exec(program, args, { cwd, timeout: LIMIT_MS, env: outside() });
    return stdout + stderr;
  } catch (error) {
    const { message, stdout, stderr } = Object(error);
    throw new Error(`${message}\n${stdout}\n${stderr}`, { cause: error });
  }
}

const manifest = z.object({ name: z.string() });

/** The tarball of each package, as it would be published. */
export async function packAll(into: string): Promise<ReadonlyMap<string, string>> {
  mkdirSync(into, { recursive: true });
  await run(ROOT, 'npm', 'pack', '--workspaces', '--pack-destination', into, '--silent');
  const libs = readdirSync(join(ROOT, 'libs')).map(
    (lib) => manifest.parse(JSON.parse(readFileSync(join(ROOT, 'libs', lib, 'package.json'), 'utf8'))).name,
  );
  const files = readdirSync(into);
  return new Map(
    libs.map((name) => {
      const file = files.find((one) => one.startsWith(`${name.slice(1).replace('/', '-')}-0`));
      if (file === undefined) throw new Error(`npm pack made nothing of ${name}`);
      return [name, join(into, file)];
    }),
  );
}

export interface Desk {
  /** A plain Nest application, and the same with one of its modules adopted; compiled. */
  readonly before: string;
  readonly after: string;
  /** What npm said when it installed the packages. */
  readonly installed: string;
}

const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');

/** Plays the stranger: a folder outside of the repository, npm, tarballs, a compiler that checks every declaration. */
export async function installDesk(): Promise<Desk> {
  const folder = temporaryFolder();
  const [before, after] = [join(folder, 'before'), join(folder, 'after')];
  const desk = join(import.meta.dirname, 'desk');
  cpSync(join(desk, 'before'), before, { recursive: true });
  cpSync(before, after, { recursive: true });
  cpSync(join(desk, 'after'), after, { recursive: true });
  const tarballs = await packAll(join(folder, 'tarballs'));
  const read = z
    .looseObject({ dependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(after, 'package.json'), 'utf8')));
  const packages = Object.fromEntries([...tarballs].map(([name, file]) => [name, `file:${file}`]));
  writeFileSync(
    join(after, 'package.json'),
    JSON.stringify({ ...read, dependencies: { ...read.dependencies, ...packages } }),
  );
  const installed = await run(
    after,
    'npm',
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
  );
  symlinkSync(join(after, 'node_modules'), join(before, 'node_modules'), 'junction');
  for (const app of [before, after]) await run(app, process.execPath, tsc, '-p', '.');
  return { before, after, installed };
}

/** Lines that the adoption added to the stranger's sources. */
export async function addedLines({ before, after }: Desk): Promise<number> {
  // It ends with 1 when there is a difference.
  const { stdout } = await exec('git', [
    'diff',
    '--no-index',
    '--numstat',
    join(before, 'src'),
    join(after, 'src'),
  ]).catch((error: unknown) => z.object({ stdout: z.string() }).parse(error));
  return stdout
    .trim()
    .split('\n')
    .reduce((sum, line) => sum + Number(line.split('\t')[0]), 0);
}

export interface DeskProcess {
  readonly url: string;
  output(): string;
  stop(): Promise<number | null>;
}

const running = new Set<ReturnType<typeof spawn>>();

/** Runs an app with this environment and nothing else; resolves when it listens. */
export async function startDesk(app: string, environment: Readonly<Record<string, string>>): Promise<DeskProcess> {
  const child = spawn(process.execPath, ['--enable-source-maps', 'dist/main.js'], {
    cwd: app,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const lines: string[] = [];
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child);
    return z.int().nullable().parse(code);
  });
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
  const listening = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      const [, url] = /^listening at (\S+)$/.exec(line) ?? [];
      if (url !== undefined) resolve(url);
    });
  });
  const url = await Promise.race([listening, ended.then(() => undefined)]);
  if (url === undefined) throw new Error(`the app ended before it listened:\n${lines.join('\n')}`);
  return {
    url,
    output: () => lines.join('\n'),
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Ends whatever still runs. */
export async function endDesks(): Promise<void> {
  await Promise.all(
    [...running].map(async (child) => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    }),
  );
}
