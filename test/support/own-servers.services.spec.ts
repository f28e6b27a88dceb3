import { afterEach, describe, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { eventually } from './eventually.js';

const SCRIPT = 'scripts/services.ts';
const FOREVER = 'setInterval(() => undefined, 1000)';

/** Of this process only what says nothing of servers, so that the script brings up its own. */
const bare = (more: Record<string, string> = {}): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: process.env['HOME'] ?? '',
  ...more,
});

const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGTERM');
});

const told = z.object({ control: z.string(), pid: z.int() });

interface Run {
  readonly script: ChildProcess;
  /** The folder of the servers. */
  readonly folder: string;
  /** The process that runs between the servers. */
  readonly command: number;
}

/** Everything on this machine whose command line or environment names the folder. */
function processesOf(folder: string): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter(
      (pid) => pid > 0 && ['cmdline', 'environ'].some((file) => contentOf(`/proc/${pid}/${file}`).includes(folder)),
    );
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // The process ended meanwhile, or is another account's.
    return '';
  }
}

/** Starts a script with servers of its own and a command that never ends by itself. */
async function running(): Promise<Run> {
  const tell = `console.log(JSON.stringify({ control: process.env.ISOLITH_TEST_BROKER_CONTROL, pid: process.pid })); ${FOREVER}`;
  const script = spawn(process.execPath, [SCRIPT, 'exec', process.execPath, '-e', tell], {
    env: bare(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(script);
  for await (const line of createInterface({ input: script.stdout })) {
    if (!line.startsWith('{')) continue;
    const { control, pid } = told.parse(JSON.parse(line));
    return { script, folder: dirname(control), command: pid };
  }
  throw new Error('the script ended before it ran the command');
}

async function nothingIsLeft({ folder }: Run): Promise<void> {
  await eventually(
    'processes left',
    async () => processesOf(folder),
    (left) => left.length === 0,
  );
  await eventually(
    'folder left',
    async () => existsSync(folder),
    (there) => !there,
  );
}

function keeperOf(folder: string): number {
  return Number(readFileSync(`${folder}/keeper.pid`, 'utf8'));
}

describe('servers of our own', () => {
  test.each(['SIGINT', 'SIGKILL'] as const)(
    'are never root, and leave nothing behind when the script gets %s',
    async (signal) => {
      const run = await running();
      const servers = processesOf(run.folder).filter((pid) => ![keeperOf(run.folder), run.command].includes(pid));
      expect(servers.length).toBeGreaterThan(2);
      for (const pid of servers) expect(contentOf(`/proc/${pid}/status`)).not.toMatch(/^Uid:\s+0\s/m);
      const ended = once(run.script, 'exit');
      run.script.kill(signal);
      await ended;
      await nothingIsLeft(run);
    },
  );

  test('end with their keeper even when it is killed, and the next keeper removes its folder', async () => {
    const run = await running();
    process.kill(keeperOf(run.folder), 'SIGKILL');
    // The command is told by its servers; what holds the folder besides it are the servers.
    await eventually(
      'servers left',
      async () => processesOf(run.folder).filter((pid) => pid !== run.command),
      (left) => left.length === 0,
    );
    run.script.kill('SIGTERM');
    const next = await running();
    expect(existsSync(run.folder)).toBe(false);
    next.script.kill('SIGTERM');
    await nothingIsLeft(next);
  });
});

describe('servers that the environment names', () => {
  test.each([
    [
      'DATABASE_URL',
      'postgres://someone:hidden@127.0.0.1:1/shop',
      /DATABASE_URL \(postgres:\/\/127\.0\.0\.1:1\) does not work: .*ECONNREFUSED/,
    ],
    [
      'TRANSPORT_URL',
      'amqp://someone:hidden@127.0.0.1:1',
      /TRANSPORT_URL \(amqp:\/\/127\.0\.0\.1:1\) does not work: .*ECONNREFUSED/,
    ],
    ['DATABASE_URL', 'nonsense', /DATABASE_URL \(no URL\) does not work/],
  ])('a wrong %s is refused in one line without its password', async (name, url, line) => {
    const script = spawn(process.execPath, [SCRIPT, 'exec', 'true'], {
      env: bare({ [name]: url }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    script.stderr.setEncoding('utf8').on('data', (part: string) => (errors += part));
    const [code] = await once(script, 'close');
    expect(code).toBe(1);
    expect(errors).toMatch(line);
    expect(errors.trim().split('\n')).toHaveLength(1);
    expect(errors).not.toContain('hidden');
  });
});
