import { ReplayWindow } from './replay-window.js';

/** Processes that are told apart on one lane, 2 kB each; of more, those that are known for longest are forgotten. */
const MOST_KEPT = 1_000;

/** What has come on one lane of each process that numbers what it sends: there, numbers come nearly in their order. */
export class NumberedSenders {
  readonly #windows = new Map<string, ReplayWindow>();

  /** Whether the message has not come before. */
  isNew(host: string, number: number): boolean {
    const window = this.#windows.get(host) ?? this.#opened(host);
    return window.isNew(number);
  }

  #opened(host: string): ReplayWindow {
    const [oldest] = this.#windows.keys();
    if (this.#windows.size >= MOST_KEPT && oldest !== undefined) this.#windows.delete(oldest);
    const window = new ReplayWindow();
    this.#windows.set(host, window);
    return window;
  }
}
