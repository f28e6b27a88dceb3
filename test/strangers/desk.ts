import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { z } from 'zod';
import { temporaryFolder } from '../support/host.js';
import { digestOf, madeOnce } from '../support/made-once.js';

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

/** What the packages are packed from: sources, how they are compiled, and with what. */
const packedFrom = (): string => digestOf('libs', 'tsconfig.base.json', 'package-lock.json');

/** The tarball of each package, as it would be published. */
export async function packAll(into: string): Promise<ReadonlyMap<string, string>> {
  await madeOnce('tarballs', packedFrom, into, async () => {
    mkdirSync(into, { recursive: true });
    await run(ROOT, 'npm', 'pack', '--workspaces', '--pack-destination', into, '--silent');
  });
  const libs = readdirSync(join(ROOT, 'libs')).map(
    (lib) => manifest.parse(JSON.parse(readFileSync(join(ROOT, 'libs', lib, 'package.json'), 'utf8'))).name,
  );
  const files = readdirSync(into);
  return new Map(
    libs.map((name) => {
      const file = files.find((one) => one.startsWith(`${name.replace('@', '').replace('/', '-')}-0`));
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
  /** What that has put into node_modules. */
  readonly modules: readonly string[];
  /** The tarball of the embedded engine. */
  readonly embedded: string;
}

const INSTALL = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'] as const;
const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');

const installation = z.object({ installed: z.string(), modules: z.array(z.string()), embedded: z.string() });
const RECORD = 'installation.json';

/**
 * Plays the stranger: a folder outside of the repository, npm, tarballs, a compiler that checks every declaration. Done
 * once for all who ask; each gets a copy.
 */
export async function installDesk(): Promise<Desk> {
  const folder = temporaryFolder();
  await madeOnce(
    'desk',
    () => `${packedFrom()}-${digestOf('test/strangers/desk')}`,
    folder,
    () => install(folder),
  );
  const [before, after] = [join(folder, 'before'), join(folder, 'after')];
  if (!existsSync(join(before, 'node_modules'))) shareModules(folder);
  const record = installation.parse(JSON.parse(readFileSync(join(folder, RECORD), 'utf8')));
  return { before, after, ...record };
}

/** The application as it was is run with what the other has installed. */
const shareModules = (folder: string): void =>
  symlinkSync(join(folder, 'after', 'node_modules'), join(folder, 'before', 'node_modules'), 'junction');

async function install(folder: string): Promise<void> {
  const [before, after] = [join(folder, 'before'), join(folder, 'after')];
  const desk = join(import.meta.dirname, 'desk');
  cpSync(join(desk, 'before'), before, { recursive: true });
  cpSync(before, after, { recursive: true });
  cpSync(join(desk, 'after'), after, { recursive: true });
  const tarballs = await packAll(join(folder, 'tarballs'));
  const read = z
    .looseObject({ dependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(after, 'package.json'), 'utf8')));
  // The desk keeps its rows in PostgreSQL.
  const wanted = [...tarballs].filter(([name]) => name.startsWith('@isolith/') && name !== '@isolith/embedded');
  // Relative, so that a copy of the folder is as good as this one.
  const besideApp = (file = ''): string => `file:../tarballs/${basename(file)}`;
  const packages = Object.fromEntries(wanted.map(([name, file]) => [name, besideApp(file)]));
  writeFileSync(
    join(after, 'package.json'),
    JSON.stringify({ ...read, dependencies: { ...read.dependencies, ...packages } }),
  );
  const installed = await run(after, 'npm', 'install', ...INSTALL);
  const record: z.output<typeof installation> = {
    installed,
    modules: readdirSync(join(after, 'node_modules')),
    embedded: besideApp(tarballs.get('@isolith/embedded')),
  };
  writeFileSync(join(folder, RECORD), JSON.stringify(record));
  shareModules(folder);
  await Promise.all([before, after].map((app) => run(app, process.execPath, tsc, '-p', '.')));
  // A copy needs its own, which leads into the copy.
  rmSync(join(before, 'node_modules'));
}

/** A database for specs, beside the one that the application runs on. */
export async function addToTestWith({ after, embedded }: Desk): Promise<void> {
  await run(after, 'npm', 'install', '--save-dev', ...INSTALL, embedded);
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
export async function startDesk(
  app: string,
  environment: Readonly<Record<string, string>>,
  node = process.execPath,
): Promise<DeskProcess> {
  const child = spawn(node, ['--enable-source-maps', 'dist/main.js'], {
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
