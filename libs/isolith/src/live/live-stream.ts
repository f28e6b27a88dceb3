import { Readable } from 'node:stream';
import { changesBetween, type LiveView } from './live-view.js';

/** What waits for a client that reads slowly; beyond it is told less often. */
const WAITING_BYTES = 256 * 1_024;
/** A client that read nothing for so long is gone; milliseconds. */
const GONE_AFTER_MS = 30_000;
/** Said where nothing else is, so that whoever stands between does not take the connection for dead; milliseconds. */
const HEARTBEAT_MS = 15_000;

/**
 * One client's stream of server-sent events (`text/event-stream`): a `snapshot` of all first, then each `change` with
 * the parts that differ from what this client was told last, and an `end` with the reason before the host ends it.
 */
export class LiveStream extends Readable {
  #told: LiveView | undefined;
  #id = 0;
  #isOver = false;
  /** When something was written last, and since when the client does not read. */
  #writtenAt: number;
  #fullSince: number | undefined;

  constructor(private readonly now: () => number) {
    super({ highWaterMark: WAITING_BYTES });
    this.#writtenAt = now();
  }

  override _read(): void {
    this.#fullSince = undefined;
  }

  tell(view: LiveView): void {
    if (this.#isOver || this.destroyed) return;
    if (this.#fullSince !== undefined) {
      if (this.now() - this.#fullSince > GONE_AFTER_MS) this.destroy();
      return;
    }
    if (this.#told === undefined) this.#event('snapshot', view);
    else {
      const changes = changesBetween(this.#told, view);
      if (changes !== undefined) this.#event('change', changes);
      else if (this.now() - this.#writtenAt >= HEARTBEAT_MS) this.#write(': still here\n\n');
      else return;
    }
    this.#told = view;
  }

  /** Nothing is told behind it. */
  endWith(reason: string): void {
    if (this.#isOver || this.destroyed) return;
    this.#event('end', { reason });
    this.#isOver = true;
    this.push(null);
  }

  #event(name: string, data: object): void {
    this.#id += 1;
    this.#write(`id: ${this.#id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  #write(text: string): void {
    this.#writtenAt = this.now();
    if (!this.push(text)) this.#fullSince = this.now();
  }
}
