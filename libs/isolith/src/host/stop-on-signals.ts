import { constants } from 'node:os';

export interface Stoppable {
  /** Stops taking work, finishes what runs, closes. */
  close(): Promise<void>;
  /** Ends the connections that are still open, and with them the requests that nobody answers any more. */
  cutConnections(): void;
}

export interface StopOptions {
  readonly graceMs: number;
  readonly say: (line: string) => void;
  readonly exit: (code: number) => void;
}

/** After the grace, closing databases and the last log lines get this much more. */
const CLOSING_MS = 2_000;
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * running --first signal--> stopping --closed--> exit 0
 *                              |--grace over--> connections are cut, what is left closes --2 s--> exit 1
 *                              '--second signal--> exit at once, as by that signal
 */
export function stopper(host: Stoppable, { graceMs, say, exit }: StopOptions): (signal: NodeJS.Signals) => void {
  let stopping = false;
  return (signal) => {
    if (stopping) {
      say(`${signal} again: ending at once`);
      exit(128 + constants.signals[signal]);
      return;
    }
    stopping = true;
    setTimeout(() => host.cutConnections(), graceMs).unref();
    setTimeout(() => {
      say(`not stopped within SHUTDOWN_GRACE_MS (${graceMs} ms): ending with work unfinished`);
      exit(1);
    }, graceMs + CLOSING_MS).unref();
    host.close().then(
      () => exit(0),
      (error: unknown) => {
        say(`stopping failed: ${error instanceof Error ? error.message : String(error)}`);
        exit(1);
      },
    );
  };
}

export function stopOnSignals(host: Stoppable, options: StopOptions): void {
  const stop = stopper(host, options);
  for (const signal of SIGNALS) process.on(signal, stop);
}
