import { spawn } from 'node:child_process';
import { owned } from './host.js';

/** How long a program may take; a bound for failing, not a wait. */
const LIMIT_MS = 200_000;
/** Characters of its output that are kept, the last ones. */
const KEPT = 200_000;

/** How a program ended, and what it wrote to its standard output. */
export interface Ended {
  readonly code: number;
  readonly said: string;
}

/**
 * Runs Node with this environment and nothing else of this machine's but the path, to its end; rejects when a signal
 * has ended it. It ends when the limit aborts, and with the test that began it (cleanUp) at the latest.
 */
export async function runNode(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  limit = AbortSignal.timeout(LIMIT_MS),
): Promise<Ended> {
  limit.throwIfAborted();
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  owned(child);
  const end = (): void => void child.kill('SIGKILL');
  limit.addEventListener('abort', end);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-KEPT)));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      limit.removeEventListener('abort', end);
      if (code !== null) resolve({ code, said });
      else reject(new Error(`node ${args.join(' ')} was ended by ${signal}; it had said:\n${said}`));
    });
  });
}

/** The shop's program with a verb behind it, as a process of its own. */
export const runMain = (environment: Readonly<Record<string, string>>, ...verb: readonly string[]): Promise<Ended> =>
  runNode(['dist/main.js', ...verb], environment);
