import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { eventually } from '../support/eventually.js';

const SUPERVISE_FAKES = join(import.meta.dirname, 'fixtures', 'supervise-fakes.mjs');
const url = z.url().optional();
const settledLine = z.object({ users: url, orders: url, gateway: url });

interface Split {
  readonly child: ChildProcess;
  readonly lines: readonly string[];
  /** Process ids of the hosts that became ready, oldest first. */
  pids(host: string): readonly number[];
  urls(): z.output<typeof settledLine>;
  until(text: string | RegExp): Promise<void>;
  ended(): Promise<number | null>;
}

const running: Split[] = [];
afterEach(async () => {
  for (const { child, lines } of running.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    const pids = lines.flatMap((line) => [...line.matchAll(/process (\d+)$/g)].map(([, pid]) => Number(pid)));
    await eventually(
      'no host is left',
      async () => pids.filter(isAlive),
      (alive) => alive.length === 0,
    );
  }
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // ESRCH: there is no such process.
    return false;
  }
}

/** The supervisor of `npm run split` over three hosts that only pretend. */
function split(
  faults: Readonly<Record<string, string>> = {},
  environment: Readonly<Record<string, string>> = {},
): Split {
  const child = spawn(process.execPath, [SUPERVISE_FAKES], {
    env: { PATH: process.env['PATH'], FAULTS: JSON.stringify(faults), PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', (line) => void lines.push(line));
  const exited = once(child, 'close').then(([code]) => z.int().nullable().parse(code));
  const found: Split = {
    child,
    lines,
    pids: (host) =>
      lines
        .filter((line) => line.startsWith(`${host.padEnd(7)} |`))
        .flatMap((line) => [...line.matchAll(/process (\d+)$/g)].map(([, pid]) => Number(pid))),
    urls: () =>
      settledLine.parse(
        JSON.parse(lines.find((line) => line.startsWith('settled '))?.slice('settled '.length) ?? '{}'),
      ),
    until: async (text) =>
      void (await eventually(
        `a line with ${String(text)}`,
        async () => lines.filter((line) => line.search(text) >= 0),
        (matching) => matching.length > 0,
      )),
    ended: () => exited,
  };
  running.push(found);
  return found;
}

const linesOf = ({ lines }: Split, host: string): readonly string[] =>
  lines.filter((line) => line.startsWith(`${host.padEnd(7)} |`));

describe('a split shop', () => {
  it('runs a process for each context and the gateway, and names them when all are ready', async () => {
    const shop = split();
    await shop.until(/^settled/);
    expect(Object.keys(shop.urls()).sort()).toEqual(['gateway', 'orders', 'users']);
    expect(new Set(['users', 'orders', 'gateway'].flatMap((host) => shop.pids(host))).size).toBe(3);
  });

  it('tells each host what it needs and no secret of another', async () => {
    const secrets = {
      AUTH_SECRET: 'a',
      ADMIN_PASSWORD: 'p',
      DATABASE_URL: 'd',
      ORDERS_DATABASE_URL: 'o',
      SEED_DEMO: 'true',
    };
    const shop = split({}, secrets);
    await shop.until(/^settled/);
    const told = (host: string): string | undefined => /has="?([\w,]*)/.exec(linesOf(shop, host).join('\n'))?.[1];
    expect(told('users')).toBe('ADMIN_PASSWORD,AUTH_SECRET,DATABASE_URL');
    expect(told('orders')).toBe('AUTH_SECRET,DATABASE_URL,ORDERS_DATABASE_URL,SEED_DEMO');
    expect(told('gateway')).toBe('AUTH_SECRET');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'asks every host to stop on %s and ends with 0 when all have drained',
    async (signal) => {
      const shop = split();
      await shop.until(/^settled/);
      shop.child.kill(signal);
      expect(await shop.ended()).toBe(0);
      for (const host of ['users', 'orders', 'gateway'])
        expect(linesOf(shop, host).slice(-2)).toEqual([
          expect.stringContaining('asked 1'),
          expect.stringContaining('stopped'),
        ]);
    },
  );

  it('ends with 1 when a host did not drain cleanly', async () => {
    const shop = split({ orders: 'bad-exit' });
    await shop.until(/^settled/);
    shop.child.kill('SIGTERM');
    expect(await shop.ended()).toBe(1);
    expect(linesOf(shop, 'orders').at(-1)).toContain('exit code 3');
  });

  it('asks a host only once, kills it when it does not stop within its grace, and only that one', async () => {
    const shop = split({ orders: 'stuck' });
    await shop.until(/^settled/);
    shop.child.kill('SIGTERM');
    await shop.until(/^orders .*asked 1/);
    shop.child.kill('SIGTERM');
    expect(await shop.ended()).toBe(1);
    expect(shop.lines.filter((line) => line.includes('asked 2'))).toEqual([]);
    expect(linesOf(shop, 'orders').slice(-2)).toEqual([
      expect.stringContaining('is killed'),
      expect.stringContaining('SIGKILL'),
    ]);
    expect(linesOf(shop, 'users').at(-1)).toContain('stopped');
  });

  it('starts a host again that dies, and leaves the others alone', async () => {
    const shop = split();
    await shop.until(/^settled/);
    const [first = 0] = shop.pids('orders');
    process.kill(first, 'SIGKILL');
    await eventually(
      'orders is ready again',
      async () => shop.pids('orders'),
      (pids) => pids.length === 2,
    );
    expect(linesOf(shop, 'orders').join('\n')).toMatch(/was ended by SIGKILL; it is started again in 0.02 s/);
    expect([shop.pids('users').length, shop.pids('gateway').length]).toEqual([1, 1]);
    shop.child.kill('SIGTERM');
    expect(await shop.ended()).toBe(0);
  });

  it('leaves a host down that dies again and again, says so, and goes on', async () => {
    const shop = split({ orders: 'dies-at-once' });
    await eventually(
      'orders stays down',
      async () => linesOf(shop, 'orders').at(-1) ?? '',
      (line) => line.includes('it stays down'),
    );
    expect(linesOf(shop, 'orders').filter((line) => line.includes('cannot start'))).toHaveLength(6);
    // The others may take longer to be ready than this one to be given up.
    await shop.until(/^settled/);
    expect(Object.keys(shop.urls()).sort()).toEqual(['gateway', 'users']);
    shop.child.kill('SIGTERM');
    expect(await shop.ended()).toBe(1);
  });

  it('ends by itself when no host is left', async () => {
    const dying = 'dies-at-once';
    expect(await split({ users: dying, orders: dying, gateway: dying }).ended()).toBe(1);
  });

  it('leaves nothing running when it is killed', async () => {
    const shop = split();
    await shop.until(/^settled/);
    shop.child.kill('SIGKILL');
    await shop.ended();
    await eventually(
      'the hosts have ended',
      async () => ['users', 'orders', 'gateway'].flatMap((host) => shop.pids(host)).filter(isAlive),
      (alive) => alive.length === 0,
    );
  });
});

describe('its log', () => {
  it('shows a log record for people, an error with its stack, and lets no text move the cursor', async () => {
    const shop = split({ users: 'logs' });
    await shop.until(/^settled/);
    const log = linesOf(shop, 'users').join('\n');
    expect(log).toMatch(
      /users {3}\| \d\d:\d\d:\d\d\.\d{3} error it failed order=o-1 reason="out of stock" err="TypeError: no\\"pe"\n/,
    );
    expect(log).toMatch(/users {3}\| {5}at somewhere \(file\.js:1:1\)\n/);
    expect(log).toContain(String.raw`plain \x1b[2Jtext`);
    expect(log).not.toContain('service_name');
    expect(shop.lines.join('')).not.toContain('\u001B');
  });
});
