import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { eventually } from '../support/eventually.js';
import { type Host, startHost, temporaryFolder } from '../support/host.js';

const hosts: Host[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.kill()));
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function started(environment: Readonly<Record<string, string>> = {}): Promise<Host> {
  const host = await startHost({ DATA_DIR: 'memory://', ...environment });
  hosts.push(host);
  return host;
}

const status = async (url: string): Promise<number> => (await fetch(url)).status;
const readyLineOf = (host: Host): unknown =>
  JSON.parse(
    host
      .output()
      .split('\n')
      .find((line) => line.startsWith('{"contexts"')) ?? 'null',
  );

describe('where a host listens (fault 29)', () => {
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family, scopeid }) => !internal && (family === 'IPv4' || scopeid === 0))
    .map(({ family, address }) => (family === 'IPv4' ? address : `[${address}]`));

  it('is this machine only, as it comes', async () => {
    const host = await started();
    const { port } = new URL(host.url);
    expect(readyLineOf(host)).toMatchObject({ host: '127.0.0.1', port: Number(port) });
    expect(await status(`${host.url}/health/live`)).toBe(200);
    for (const address of ['[::1]', ...outside])
      await expect(status(`http://${address}:${port}/health/live`)).rejects.toThrow('fetch failed');
  });

  it('is everywhere, over IPv6 too, with HOST=::', async () => {
    const host = await started({ HOST: '::' });
    const { port } = new URL(host.url);
    for (const address of ['127.0.0.1', '[::1]', ...outside])
      expect([address, await status(`http://${address}:${port}/health/live`)]).toEqual([address, 200]);
  });
});

describe('a host that was told to stop', () => {
  it('is not ready at once and goes on serving for SHUTDOWN_DELAY_MS; a second signal cuts that short (fault 39)', async () => {
    const host = await started({ SHUTDOWN_DELAY_MS: '600000' });
    expect(await status(`${host.url}/health/ready`)).toBe(200);
    process.kill(host.pid, 'SIGTERM');
    const ready = await eventually(
      'it is not ready',
      async () => fetch(`${host.url}/health/ready`),
      (answer) => answer.status === 503,
    );
    expect(await ready.json()).toMatchObject({ details: { host: { status: 'down', phase: 'leaving' } } });
    // New connections, too: a balancer that has not noticed yet sends them.
    for (const path of ['/health/live', '/v1/products'])
      expect([path, await status(`${host.url}${path}`)]).toEqual([path, 200]);
    process.kill(host.pid, 'SIGTERM');
    expect(await host.ended).toBe(0);
  });

  it.each(['SIGINT', 'SIGHUP'] as const)('by %s ends with 0, too (fault 35)', async (signal) => {
    const host = await started();
    process.kill(host.pid, signal);
    expect(await host.ended).toBe(0);
  });
});

/**
 * Says so when the host has installed its handler, which it must have done before it reads anything else of its own.
 */
const TELLS = `process.on('newListener', (name) => name === 'SIGTERM' && process.stdout.write('handles SIGTERM\\n'));`;
const inNamespace = ['unshare', '--pid', '--fork', '--kill-child'];
const asUser = [...inNamespace, '--user', '--map-root-user'];
/** What makes a program process 1 here, as it is in a container; empty where nobody may. */
const asProcess1 =
  [inNamespace, asUser].find(([program = '', ...args]) => spawnSync(program, [...args, 'true']).status === 0) ?? [];

describe('a host that is told to stop while it starts, as process 1 where that can be had', () => {
  function starting(dataDir: string, onLine: (line: string) => void) {
    const [program, ...args] = [
      ...asProcess1,
      process.execPath,
      '--import',
      `data:text/javascript,${encodeURIComponent(TELLS)}`,
      'dist/main.js',
    ];
    const child = spawn(program, args, {
      env: { PATH: process.env['PATH'], DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'info', SEED_DEMO: 'true' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    createInterface({ input: child.stdout }).on('line', onLine);
    return child;
  }
  /** The host itself: what unshare is told, it does not pass on. */
  const hostOf = (child: ChildProcess): number => {
    const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(child.pid)], { encoding: 'utf8' });
    return asProcess1.length === 0 ? (child.pid ?? 0) : Number(stdout.trim());
  };
  const ended = async (child: ChildProcess): Promise<unknown> => {
    const [code]: unknown[] = await once(child, 'close');
    return code;
  };

  it('ends with 0 from its first moment on (fault 35)', async () => {
    const lines: string[] = [];
    const child = starting(join(temporaryFolder(), 'data'), (line) => {
      lines.push(line);
      if (line === 'handles SIGTERM' && lines.length === 1) process.kill(hostOf(child), 'SIGTERM');
    });
    expect(await ended(child)).toBe(0);
    expect(lines.join()).not.toContain('"contexts"');
  });

  it('ends with 0 in the middle of its migrations, and the next start goes on (fault 35)', async () => {
    const dataDir = join(temporaryFolder(), 'data');
    const child = starting(dataDir, () => undefined);
    await eventually(
      'the database is being made',
      async () => existsSync(join(dataDir, 'postgres', 'PG_VERSION')),
      (there) => there,
    );
    process.kill(hostOf(child), 'SIGTERM');
    expect(await ended(child)).toBe(0);
    const host = await started({ DATA_DIR: dataDir, SEED_DEMO: 'true' });
    const items = z.object({ items: z.array(z.unknown()) });
    expect(items.parse(await (await fetch(`${host.url}/v1/products`)).json()).items).toHaveLength(10);
  });
});
