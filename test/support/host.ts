import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const readyLine = z.object({ contexts: z.array(z.string()), port: z.int().min(1), pid: z.int() });

/** How long a host may take to be ready; a bound for failing, not a wait. */
const START_LIMIT_MS = 150_000;
/** How much of a host's output is kept for the message of a failing test. */
const KEPT_LINES = 200;

/** The environment of a host under test: nothing of this machine's but what Node itself needs. */
const bareEnvironment = (): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: process.env['HOME'] ?? '',
});

/** One running host: a real process with a real port. */
export interface Host {
  readonly url: string;
  readonly pid: number;
  readonly contexts: readonly string[];
  /** What it has written so far, newest last, bounded. */
  output(): string;
  /** Resident memory in bytes. */
  rss(): number;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: the process stays as it is and does nothing, until thaw(). */
  freeze(): void;
  thaw(): void;
  /** Resolves with the exit code when the process has ended, for whatever reason; null for a signal. */
  readonly ended: Promise<number | null>;
}

/** Called with each line that a host writes to its standard output, in order. */
export type LineListener = (line: string) => void;

/** A host that ended before it was ready. */
export class HostExited extends Error {
  constructor(
    readonly code: number | null,
    readonly output: string,
  ) {
    super(`the host exited with ${code} before it was ready:\n${output}`);
  }
}

const running = new Set<ChildProcess>();
const folders = new Set<string>();

/** From now on cleanUp() ends this process too, unless it has ended before. */
export function owned(child: ChildProcess): void {
  running.add(child);
  const gone = (): void => void running.delete(child);
  child.once('close', gone);
  // One that could not be started never closes.
  if (child.pid === undefined) child.once('error', gone);
}

/** Ends every host and removes every folder that is left, whatever became of the test. */
export async function cleanUp(): Promise<void> {
  await Promise.all(
    [...running].map(async (child) => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }),
  );
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}

/** What Node needs to run a TypeScript file of the tests as a host, which ends by `process.exit()`. */
export const fromSource = (file: string): readonly string[] => [
  '--conditions=@isolith/source',
  '--import',
  new URL('../../scripts/typescript-hooks.mjs', import.meta.url).href,
  file,
];

/**
 * Starts `dist/main.js`, or what else Node is given, with this environment and nothing else; resolves when it is ready,
 * rejects with HostExited.
 */
export async function startHost(
  environment: Readonly<Record<string, string>>,
  args: readonly string[] = ['dist/main.js'],
  onLine: LineListener = () => undefined,
): Promise<Host> {
  const child = spawn(process.execPath, args, {
    env: { ...bareEnvironment(), PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  owned(child);
  const lines: string[] = [];
  const keep = (line: string): void => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
  };
  const exited = once(child, 'close').then(([code]) => z.int().nullable().parse(code));
  createInterface({ input: child.stderr }).on('line', keep);
  const ready = new Promise<z.output<typeof readyLine>>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      keep(line);
      onLine(line);
      const parsed = readyLine.safeParse(parseJson(line));
      if (parsed.success) resolve(parsed.data);
    });
    void exited.then((code) => reject(new HostExited(code, lines.join('\n'))));
    setTimeout(
      () => reject(new Error(`not ready after ${START_LIMIT_MS} ms:\n${lines.join('\n')}`)),
      START_LIMIT_MS,
    ).unref();
  });
  try {
    const { port, pid, contexts } = await ready;
    return {
      url: `http://127.0.0.1:${port}`,
      pid,
      contexts,
      output: () => lines.join('\n'),
      rss: () => residentBytes(pid),
      stop: async () => {
        child.kill('SIGTERM');
        return exited;
      },
      kill: async () => {
        child.kill('SIGKILL');
        await exited;
      },
      freeze: () => void child.kill('SIGSTOP'),
      thaw: () => void child.kill('SIGCONT'),
      ended: exited,
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** A fresh folder for a host's data; cleanUp() removes it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'isolith-test-'));
  folders.add(folder);
  return folder;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function residentBytes(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes) * 1024;
}
