import { z } from 'zod';
import type { Contestant, ContestantModule, Server } from './contestant.js';
import { asked, surroundings, type answered } from './protocol.js';

/**
 * The process of a contestant: `contestant-main.ts <module> <serve | open> <surroundings>`. Ends when it is asked to,
 * or when whoever started it is gone.
 */
const [modulePath, role, around] = z
  .tuple([z.string(), z.enum(['serve', 'open']), z.string()])
  .parse(process.argv.slice(2));

const say = (answer: z.input<typeof answered>): void => void process.send?.(answer);
const explain = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

let opened: Contestant | Server | undefined;

async function answer(question: z.output<typeof asked>): Promise<void> {
  if (question.kind === 'close') {
    await opened?.close();
    // What a library leaves behind (a timer, a socket) must not keep the bench waiting.
    process.exit(0);
  }
  if (opened === undefined || !('run' in opened)) throw new Error('a server is not asked for rounds');
  say({ kind: 'measured', measured: await opened.run(question.work) });
}

process.on('disconnect', () => process.exit(1));
process.on('message', (message) => {
  answer(asked.parse(message)).catch((error: unknown) => say({ kind: 'failed', message: explain(error) }));
});
try {
  const parsed = surroundings.parse(JSON.parse(around));
  const contestant: ContestantModule = await import(modulePath);
  if (role === 'serve') {
    const server = await contestant.serve?.(parsed);
    opened = server;
    say({ kind: 'ready', ...(server?.address === undefined ? {} : { address: server.address }) });
  } else {
    opened = await contestant.open(parsed);
    say({ kind: 'ready' });
  }
} catch (error) {
  say({ kind: 'failed', message: explain(error) });
}
