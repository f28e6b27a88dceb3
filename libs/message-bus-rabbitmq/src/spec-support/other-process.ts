import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { SubscriptionAddress } from '@isolith/message-bus';
import { until } from './broker.js';

export interface OtherProcess {
  /** What it has said. */
  readonly lines: readonly string[];
  signal(name: NodeJS.Signals): void;
  end(): Promise<void>;
}

const FILE = fileURLToPath(new URL('./consuming-process.ts', import.meta.url));

/** Starts a consuming process; `heard` gets each of its lines. Resolves when it is ready. */
export async function consumingProcess(
  url: string,
  { context, subscription }: SubscriptionAddress,
  heard: (line: string) => void,
): Promise<OtherProcess> {
  const child = spawn(
    process.execPath,
    ['--conditions=@isolith/source', '--import', '@swc-node/register/esm-register', FILE, context, subscription],
    { env: { ...process.env, BROKER_URL: url }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(child, 'exit');
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    heard(line);
  });
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  try {
    await until('a process is ready', () => lines.includes('ready'), 30_000);
  } catch (error) {
    await end();
    throw error;
  }
  return { lines, signal: (name) => void child.kill(name), end };
}
