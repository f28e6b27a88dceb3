import { NotDeliveredError, OverloadedError } from '@isolith/contracts';
import type { Channel, Options } from 'amqplib';
import { KeptChannel } from '../connection/kept-channel.js';
import type { Link } from '../connection/link.js';
import type { ProblemSink } from '../connection/options.js';

interface PublisherParts {
  readonly link: Link;
  readonly patienceMs: number;
  readonly onProblem: ProblemSink;
  readonly setup?: (channel: Channel) => Promise<void>;
  readonly lost?: () => void;
}

/**
 * Publishes what needs no confirm, because an answer is its confirm, on one channel that is kept open.
 *
 *   not ready: no channel, or its buffer is full; who wants to publish waits, with a bound
 *   ready:     `publish()` writes at once
 */
export class PlainPublisher {
  private readonly kept: KeptChannel<Channel>;
  private readonly waiters = new Set<() => void>();
  private full = false;
  private closed = false;

  constructor(private readonly parts: PublisherParts) {
    this.kept = new KeptChannel<Channel>(parts.link, {
      open: (connection) => connection.createChannel(),
      setup: async (channel) => {
        channel.on('drain', () => this.drained());
        await parts.setup?.(channel);
      },
      ready: () => this.drained(),
      lost: () => {
        this.full = false;
        parts.lost?.();
      },
      failed: (error) => parts.onProblem('a channel for sending could not be opened', error),
    });
  }

  get ready(): boolean {
    return this.kept.current !== undefined && !this.full;
  }

  /** Writes when `ready`; throws when the channel is just ending, and then nothing was written. */
  publish(routingKey: string, content: Buffer, options: Options.Publish): void {
    const channel = this.kept.current;
    if (channel === undefined) throw new NotDeliveredError('there is no channel to the broker');
    if (!channel.publish('', routingKey, content, options)) this.full = true;
  }

  /**
   * Resolves when ready; rejects with NotDeliveredError without a connection, with OverloadedError after `patienceMs`
   * without room.
   */
  async whenReady(signal: AbortSignal): Promise<void> {
    const endsAt = performance.now() + this.parts.patienceMs;
    while (!this.ready) {
      if (this.closed || signal.aborted) throw new NotDeliveredError('given up before it was sent');
      if (this.kept.current === undefined && !this.parts.link.promising)
        throw new NotDeliveredError('there is no connection to the broker');
      if (performance.now() >= endsAt)
        throw new OverloadedError(`the broker took nothing for ${this.parts.patienceMs} ms`);
      await this.change(signal, endsAt - performance.now());
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    this.wake();
    await this.kept.close();
  }

  private change(signal: AbortSignal, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.waiters.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
      this.waiters.add(done);
    });
  }

  private drained(): void {
    this.full = false;
    this.wake();
  }

  private wake(): void {
    for (const done of this.waiters) done();
  }
}
