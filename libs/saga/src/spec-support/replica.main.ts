import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { Replica } from './replica.js';

/**
 * A replica in a process of its own. It opens, says `ready`, starts with the first line of its standard input, and says
 * line by line what it does.
 */
const config = z
  .object({
    url: z.string(),
    leaseMs: z.number(),
    /** Does not say what it sends. */
    quiet: z.boolean().default(false),
    /** Stops itself, as SIGSTOP from outside would, right before it sends `do b` of these sagas, all at once. */
    stopsBefore: z.array(z.string()).default([]),
  })
  .parse(JSON.parse(process.argv[2] ?? ''));

const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);
const sent = (line: object): void => (config.quiet ? undefined : say(line));
const log = {
  warn: (entry: object) => say({ log: 'warn', ...entry }),
  error: (entry: object) => say({ log: 'error', ...entry }),
};

const waiting = new Set(config.stopsBefore);
const all = Promise.withResolvers<void>();
async function stopWithTheOthers(of: string): Promise<void> {
  waiting.delete(of);
  if (waiting.size > 0) return all.promise;
  say({ stopping: process.pid });
  process.kill(process.pid, 'SIGSTOP');
  all.resolve();
}

const replica = await Replica.open(config.url, config.leaseMs, log, async ({ what, of }, send) => {
  if (what === 'do b' && waiting.has(of)) await stopWithTheOthers(of);
  try {
    const reply = await send();
    sent({ sent: what, of, outcome: 'done' });
    return reply;
  } catch (error) {
    sent({ sent: what, of, outcome: error instanceof Error ? error.constructor.name : 'unknown' });
    throw error;
  }
});
say({ ready: process.pid });
const input = createInterface({ input: process.stdin });
input.once('line', () => void replica.engine.start());
input.once('close', () => void replica.close().then(() => process.exit(0)));
