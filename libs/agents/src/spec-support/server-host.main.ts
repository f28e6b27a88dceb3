import { writeSync } from 'node:fs';
import { z } from 'zod';
import { mortalHost } from './mortal-host.js';
import { ServerHost } from './server-host.js';

/**
 * A host in a process of its own. It kills itself, as `kill -9` from outside would, at its `dieAt`-th boundary, of
 * those that are called `only` where that is given, and says before at which. It ends with its standard input.
 */
const { url, leaseMs, dieAt, only } = z
  .object({ url: z.string(), leaseMs: z.number(), dieAt: z.number(), only: z.string().optional() })
  .parse(JSON.parse(process.argv[2] ?? ''));

const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);
const life = mortalHost(dieAt, only);
const die = async (): Promise<void> => {
  say({ diesAt: await life.stopped });
  process.kill(process.pid, 'SIGKILL');
};
void die();
const host = await ServerHost.open(url, leaseMs, { warn: say, error: say }, life.wrap);
host.engine.start();
process.stdin.resume();
process.stdin.once('end', () => void host.close().then(() => process.exit(0)));
