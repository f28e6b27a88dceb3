import { addressName, type RefusalSink } from '@isolith/message-bus';
import type { LoggerService } from '@nestjs/common';

/** Between two lines about one address; milliseconds. */
const SAID_EVERY_MS = 60_000;

/**
 * What was refused because its sender could not be established. Strangers can cause it as often as they like: all are
 * counted, few are told.
 */
export class RefusedSenders {
  #count = 0;
  /** By address, of which a host has few: how many were counted when it was said, and when. */
  readonly #said = new Map<string, number>();
  readonly #since = new Map<string, number>();

  constructor(
    private readonly log: Pick<LoggerService, 'warn'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Since the start of the host. */
  get count(): number {
    return this.#count;
  }

  readonly note: RefusalSink = ({ type, id, source }, to, { message }) => {
    this.#count += 1;
    const at = addressName(to);
    const since = (this.#since.get(at) ?? 0) + 1;
    this.#since.set(at, since);
    const now = this.now();
    if (now - (this.#said.get(at) ?? -Infinity) < SAID_EVERY_MS) return;
    this.#said.set(at, now);
    this.#since.set(at, 0);
    this.log.warn({ message: `refused: ${message}`, type, id, source, at, since_last_told: since });
  };
}
