import { NotDeliveredError } from '@isolith/contracts';
import { connect, type ChannelModel } from 'amqplib';
import { atMost, fullJitter, pause, RECONNECT } from './backoff.js';
import type { RabbitMqMetrics } from './metrics.js';
import { directWrites } from './direct-writes.js';
import { brokerOf, withHeartbeat, type ProblemSink } from './options.js';

/** How long one attempt may take, and how long a goodbye is waited for; milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;
const CLOSE_TIMEOUT_MS = 2_000;
/** A connection that lived this long was a good one: after it the backoff begins anew. */
const GOOD_LIFE_MS = 1_000;

interface LinkParts {
  readonly url: string;
  readonly name: string;
  readonly metrics: RabbitMqMetrics;
  readonly onProblem: ProblemSink;
}

/**
 * One connection, kept open.
 *
 *   connecting --> open: whoever waits in `opened()` goes on
 *   connecting --> waiting: the attempt failed
 *   open       --> waiting: the connection is lost; its channels tell their owners by themselves
 *   waiting    --> connecting: after a backoff
 *   any        --> closed: `close()`; whoever waits is told
 */
export class Link {
  private connection: ChannelModel | undefined;
  private readonly closing = new AbortController();
  private readonly waiters = new Set<{ resolve: (connection: ChannelModel) => void; reject: (error: Error) => void }>();
  private reachable = true;
  private loop: Promise<void> | undefined;

  constructor(private readonly parts: LinkParts) {}

  get current(): ChannelModel | undefined {
    return this.connection;
  }

  get closed(): boolean {
    return this.closing.signal.aborted;
  }

  /** Open, or about to be: worth a short wait. After a failed attempt or a loss it is not. */
  get promising(): boolean {
    return this.reachable && !this.closing.signal.aborted;
  }

  /** Begins; called once. Resolves with the first connection; rejects when the first attempt fails, and attempts go on all the same. */
  async start(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.loop = this.keep(resolve, reject);
    await promise;
  }

  /** The connection, as soon as there is one; rejects when the link closes. */
  opened(): Promise<ChannelModel> {
    if (this.connection !== undefined) return Promise.resolve(this.connection);
    if (this.closing.signal.aborted) return Promise.reject(new NotDeliveredError('the transport is closed'));
    return new Promise((resolve, reject) => this.waiters.add({ resolve, reject }));
  }

  async close(): Promise<void> {
    this.closing.abort();
    for (const { reject } of this.waiters) reject(new NotDeliveredError('the transport is closed'));
    this.waiters.clear();
    const { connection } = this;
    this.connection = undefined;
    // A broker that does not answer the goodbye is left without it.
    if (connection !== undefined) await atMost(CLOSE_TIMEOUT_MS, connection.close());
    await this.loop;
  }

  private async keep(first: () => void, firstFailed: (error: Error) => void): Promise<void> {
    const { signal } = this.closing;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        const { lost } = await this.open();
        first();
        const since = Date.now();
        const reason = await lost;
        if (signal.aborted) return;
        this.parts.metrics.connectionsLost += 1;
        this.parts.onProblem(`${this.parts.name}: lost the connection to ${brokerOf(this.parts.url)}`, reason);
        if (Date.now() - since >= GOOD_LIFE_MS) attempt = 0;
      } catch (error) {
        this.reachable = false;
        firstFailed(new NotDeliveredError(`${brokerOf(this.parts.url)} cannot be reached: ${messageOf(error)}`));
        if (!signal.aborted)
          this.parts.onProblem(`${this.parts.name}: cannot connect to ${brokerOf(this.parts.url)}`, error);
      }
      await pause(fullJitter(attempt, RECONNECT), signal);
    }
  }

  /** Resolves, once connected, with a promise of the end of the connection. */
  private async open(): Promise<{ readonly lost: Promise<Error | undefined> }> {
    const connection = await connect(withHeartbeat(this.parts.url), {
      // Without it an acknowledgement after an answer waits 40 ms for the peer's delayed TCP acknowledgement.
      noDelay: true,
      timeout: CONNECT_TIMEOUT_MS,
      clientProperties: { connection_name: this.parts.name },
    });
    directWrites(connection.connection);
    let failure: Error | undefined;
    // Without a listener an error would end the process. 'close' follows in every case.
    connection.on('error', (error: Error) => {
      failure = error;
    });
    const lost = new Promise<Error | undefined>((resolve) => {
      connection.on('close', (error?: Error) => {
        if (this.connection === connection) this.connection = undefined;
        this.reachable = false;
        resolve(failure ?? error);
      });
    });
    if (this.closing.signal.aborted) {
      await atMost(CLOSE_TIMEOUT_MS, connection.close());
      return { lost };
    }
    this.connection = connection;
    this.reachable = true;
    for (const { resolve } of this.waiters) resolve(connection);
    this.waiters.clear();
    return { lost };
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
