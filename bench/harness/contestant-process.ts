import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import type { Measured, Surroundings, Work } from './contestant.js';
import { answered, type asked } from './protocol.js';

const MAIN = fileURLToPath(new URL('./contestant-main.ts', import.meta.url));
const START_MS = 90_000;
/** On top of what a round is to take. */
const ROUND_MS = 60_000;
const CLOSE_MS = 10_000;

/** A contestant, or its other side, in a process of its own. */
export class ContestantProcess {
  private constructor(
    private readonly name: string,
    private readonly child: ChildProcess,
  ) {}

  /** Of a server: where it is reached, if it said so. */
  address: string | undefined;

  /** Starts it and waits until it is ready. Rejects with what it could not do. */
  static async start(
    name: string,
    module: string,
    role: 'serve' | 'open',
    surroundings: Surroundings,
  ): Promise<ContestantProcess> {
    const child = fork(
      MAIN,
      [fileURLToPath(new URL(`../${module}`, import.meta.url)), role, JSON.stringify(surroundings)],
      {
        execArgv: [
          '--disable-warning=ExperimentalWarning',
          '--expose-gc',
          '--import',
          '@swc-node/register/esm-register',
        ],
        env: { ...process.env, NODE_ENV: 'production' },
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      },
    );
    const started = new ContestantProcess(`${name} (${role})`, child);
    try {
      started.address = (await started.answer('ready', START_MS)).address;
      return started;
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  async run(work: Work): Promise<Measured> {
    this.ask({ kind: 'run', work });
    const {
      measured: { latency, ...rest },
    } = await this.answer('measured', work.forMs + ROUND_MS);
    return latency === undefined ? rest : { ...rest, latency };
  }

  async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit', { signal: AbortSignal.timeout(CLOSE_MS) }).catch(() =>
      this.child.kill('SIGKILL'),
    );
    if (this.child.connected) this.ask({ kind: 'close' });
    await ended;
  }

  private ask(question: z.input<typeof asked>): void {
    this.child.send(question);
  }

  private async answer<K extends z.output<typeof answered>['kind']>(
    kind: K,
    withinMs: number,
  ): Promise<Extract<z.output<typeof answered>, { kind: K }>> {
    const waiting = new AbortController();
    const signal = AbortSignal.any([waiting.signal, AbortSignal.timeout(withinMs)]);
    try {
      const message = await Promise.race([
        once(this.child, 'message', { signal }).then(([first]) => answered.parse(first)),
        once(this.child, 'exit', { signal }).then(
          ([code]) => ({ kind: 'failed', message: `ended with ${String(code)}` }) as const,
        ),
      ]);
      if (isOf(message, kind)) return message;
      throw new Error(
        `${this.name}: ${message.kind === 'failed' ? message.message : `${message.kind} instead of ${kind}`}`,
      );
    } catch (error) {
      if (error instanceof Error && error.name === 'AbortError')
        throw new Error(`${this.name}: no answer within ${withinMs / 1000} s`, { cause: error });
      throw error;
    } finally {
      waiting.abort();
    }
  }
}

const isOf = <M extends { readonly kind: string }, K extends M['kind']>(
  message: M,
  kind: K,
): message is Extract<M, { kind: K }> => message.kind === kind;
