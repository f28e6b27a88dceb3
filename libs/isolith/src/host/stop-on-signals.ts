import { tellable } from '@isolith/contracts';
import { constants } from 'node:os';

export interface Stoppable {
  /** Says that it will stop, to whoever asks whether it is ready; goes on serving. */
  leave(): void;
  /** Stops taking work, finishes what runs, closes. */
  close(): Promise<void>;
  /** Ends the connections that are still open, and with them the requests that nobody answers any more. */
  cutConnections(): void;
}

export interface StopTimes {
  /**
   * How long a host that was told to stop goes on serving: a balancer needs that long to send nobody there any more.
   */
  readonly delayMs: number;
  /** How long running work may take to finish afterwards. */
  readonly graceMs: number;
}

/** The process, as far as its end is concerned. */
export interface Ending {
  readonly say: (line: string) => void;
  readonly exit: (code: number) => void;
  /** Whether a host that still starts has begun to take work. */
  readonly isWorking: () => boolean;
}

/** After the grace, closing databases and the last log lines get this much more. */
const CLOSING_MS = 2_000;
/** SIGHUP is what a terminal sends when it goes; without a handler it would end the host in the middle of its work. */
export const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * starting --signal, no work yet--> exit 0 at once: all that a start does is whole or absent after a crash, too
 *          '--signal, work has begun--> asked --the start is over--> leaving
 *                                            '--another signal--> exit 0 at once
 * running --signal--> leaving: not ready, serves --delay over, or another signal--> stopping
 * stopping --closed--> exit 0
 *         |--grace over--> connections are cut, what is left closes --2 s--> exit 1
 *         '--another signal--> exit at once, as by that signal
 */
export class Stopper {
  #state: 'starting' | 'asked' | 'running' | 'leaving' | 'stopping' = 'starting';
  #leave: () => void = () => undefined;
  #stop: () => void = () => undefined;

  constructor(private readonly process: Ending) {}

  /** The start is over: from now on there is something to drain. */
  started(host: Stoppable, times: StopTimes): void {
    let delay: NodeJS.Timeout | undefined;
    this.#leave = () => {
      this.#state = 'leaving';
      host.leave();
      if (times.delayMs === 0) this.#stop();
      else delay = setTimeout(() => this.#stop(), times.delayMs);
    };
    this.#stop = () => {
      clearTimeout(delay);
      this.#state = 'stopping';
      this.#close(host, times.graceMs);
    };
    if (this.#state === 'asked') this.#leave();
    else this.#state = 'running';
  }

  signal(signal: NodeJS.Signals): void {
    const { say, exit, isWorking } = this.process;
    if (this.#state === 'running') {
      this.#leave();
    } else if (this.#state === 'leaving') {
      say(`${signal} again: SHUTDOWN_DELAY_MS is cut short`);
      this.#stop();
    } else if (this.#state === 'stopping') {
      say(`${signal} again: ending at once`);
      exit(128 + constants.signals[signal]);
    } else if (this.#state === 'starting' && isWorking()) {
      this.#state = 'asked';
    } else {
      say(`${signal}: stopped while starting`);
      exit(0);
    }
  }

  #close(host: Stoppable, graceMs: number): void {
    const { say, exit } = this.process;
    setTimeout(() => host.cutConnections(), graceMs).unref();
    setTimeout(() => {
      say(`not stopped within SHUTDOWN_GRACE_MS (${graceMs} ms): ending with work unfinished`);
      exit(1);
    }, graceMs + CLOSING_MS).unref();
    host.close().then(
      () => exit(0),
      (error: unknown) => {
        say(`stopping failed: ${tellable(error).message}`);
        exit(1);
      },
    );
  }
}

/** Takes the signals over; to be called before anything is awaited. */
export function stopOnSignals(ending: Ending): Stopper {
  const stopper = new Stopper(ending);
  for (const signal of STOP_SIGNALS) process.on(signal, () => stopper.signal(signal));
  return stopper;
}
