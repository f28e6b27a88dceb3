import { exponential, pause, RETRY } from '../connection/backoff.js';
import { declareOn, onOwnChannel } from '../topology/declare.js';
import type { EventSender, Route } from '../publishing/event-sender.js';
import type { ProblemSink } from '../connection/options.js';
import { malformedName, parkingQueue } from '../topology/topology.js';

/** Where a consumer puts bytes that nobody can read: a durable queue beside its own, declared when it is needed. */
export class SettingAside {
  readonly name: string;
  private readonly queue: Route;

  constructor(
    queue: string,
    private readonly sender: EventSender,
    private readonly onProblem: ProblemSink,
  ) {
    this.name = malformedName(queue);
    this.queue = sender.route(this.name, (connection) =>
      onOwnChannel(connection, (channel) => declareOn(channel, [parkingQueue(this.name)])),
    );
  }

  /** Tries until the bytes are safe; `false` when the signal aborted before. */
  async park(content: Buffer, signal: AbortSignal): Promise<boolean> {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        await this.sender.park(content, this.queue);
        return true;
      } catch (error) {
        this.onProblem(`${this.name} did not take a message`, error);
        await pause(exponential(attempt, RETRY), signal);
      }
    }
    return false;
  }
}
