import { certificateEnd, NotDeliveredError, tellable } from '@isolith/contracts';
import { RemoteRefusedError } from '@isolith/message-bus';
import type { ChannelModel } from 'amqplib';
import { atMost, fullJitter, pause, RECONNECT, type Backoff } from './backoff.js';
import type { Connections } from './connections.js';
import { open, type BrokerAddress } from './broker-address.js';
import type { RabbitMqMetrics } from './metrics.js';
import type { ProblemSink } from './options.js';
import type { Writes } from './writes.js';

/** How long a goodbye is waited for; milliseconds. */
const CLOSE_TIMEOUT_MS = 2_000;
/** A connection that lived this long was a good one: after it the backoff begins anew. */
const GOOD_LIFE_MS = 1_000;

export interface LinkParts {
  /** Nodes of one broker, one at least. */
  readonly addresses: readonly BrokerAddress[];
  readonly name: string;
  /**
   * Whether this host may use the broker; asked of each new connection before anybody gets it. Rejects with
   * RemoteRefusedError.
   */
  readonly admit?: (connection: ChannelModel) => Promise<void>;
  /** Between attempts; default: up to 2 s. */
  readonly backoff?: Backoff;
  readonly metrics: RabbitMqMetrics;
  readonly writes: Writes;
  readonly onProblem: ProblemSink;
}

/**
 * One connection, kept open.
 *
 *   connecting --> connecting: a node could not be reached; the next one is tried
 *   connecting --> open: whoever waits in `opened()` goes on
 *   connecting --> waiting: no node could be reached, or the broker is not for this host
 *   open       --> waiting: the connection is lost; its channels tell their owners by themselves
 *   waiting    --> connecting: after a backoff
 *   any        --> closed: `close()`; whoever waits is told
 */
export class Link implements Connections {
  readonly backoff: Backoff;
  private connection: ChannelModel | undefined;
  private readonly closing = new AbortController();
  private readonly waiters = new Set<{ resolve: (connection: ChannelModel) => void; reject: (error: Error) => void }>();
  private reachable = true;
  private loop: Promise<void> | undefined;
  /** Of the addresses, the one that was tried last. */
  private place = 0;
  private refusal: RemoteRefusedError | undefined;
  private answered: BrokerAddress | undefined;
  private shownUntil: number | undefined;

  /** Why connections have ended, as long as somebody holds them. */
  private readonly ends = new WeakMap<ChannelModel, Error>();
  /** The last of those who are on trial, or wait for it. Never rejects. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: LinkParts) {
    this.backoff = parts.backoff ?? RECONNECT;
  }

  get current(): ChannelModel | undefined {
    return this.connection;
  }

  /** The node that answered last, whether or not it is connected now; undefined when none has. */
  get address(): BrokerAddress | undefined {
    return this.answered;
  }

  /** When the first certificate ends that was shown at the last connection; undefined without TLS. */
  get certificateEnd(): number | undefined {
    return this.shownUntil;
  }

  /** Why this host may not use the broker; undefined when it may, and when nobody knows. */
  get refused(): RemoteRefusedError | undefined {
    return this.refusal;
  }

  get closed(): boolean {
    return this.closing.signal.aborted;
  }

  /** Open, or about to be: worth a short wait. After a failed attempt or a loss it is not. */
  get promising(): boolean {
    return this.reachable && !this.closing.signal.aborted;
  }

  /**
   * Begins; called once. Resolves with the first connection; rejects when the first attempt fails, and attempts go on
   * all the same.
   */
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

  /** Why a connection of this link has ended; undefined while it is open, and when nobody said why. */
  endOf(connection: ChannelModel): Error | undefined {
    return this.ends.get(connection);
  }

  /** Runs `work` when all that was given here before has ended. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    return mine;
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
    const { name, metrics, onProblem } = this.parts;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        const { lost, address } = await this.openAny();
        first();
        const since = performance.now();
        const reason = await lost;
        if (signal.aborted) return;
        metrics.connectionsLost += 1;
        onProblem(`${name}: lost the connection to ${address.shown}`, reason);
        if (performance.now() - since >= GOOD_LIFE_MS) attempt = 0;
      } catch (error) {
        this.reachable = false;
        const refused = error instanceof RemoteRefusedError ? error : undefined;
        firstFailed(refused ?? new NotDeliveredError(messageOf(error)));
        // Once for each reason: it will be the same until somebody has done something about it.
        const isNews = refused === undefined || refused.message !== this.refusal?.message;
        this.refusal = refused;
        if (!signal.aborted && isNews)
          onProblem(`${name}: ${refused === undefined ? 'cannot connect' : 'may not use the broker'}`, error);
      }
      await pause(fullJitter(attempt, this.backoff), signal);
    }
  }

  /** Tries each node once, beginning with the one that was tried last. */
  private async openAny(): Promise<Opened> {
    const { addresses } = this.parts;
    const failures: string[] = [];
    for (const _ of addresses) {
      const address = addresses[this.place % addresses.length];
      if (address === undefined || this.closing.signal.aborted) break;
      try {
        return await this.open(address);
      } catch (error) {
        if (error instanceof RemoteRefusedError) throw error;
        failures.push(`${address.shown} cannot be reached: ${messageOf(error)}`);
        this.place += 1;
      }
    }
    throw new Error(failures.join('; ') || 'the transport is closed');
  }

  private async open(address: BrokerAddress): Promise<Opened> {
    const connection = await open(address, this.parts.name);
    this.answered = address;
    this.shownUntil = certificateEnd(Reflect.get(connection.connection, 'stream'));
    this.parts.writes.on(connection.connection).begin();
    let failure: Error | undefined;
    let ended = false;
    // Without a listener an error would end the process. 'close' follows in every case.
    connection.on('error', (error: Error) => {
      failure = error;
      this.ends.set(connection, error);
    });
    const lost = new Promise<Error | undefined>((resolve) => {
      connection.on('close', (error?: Error) => {
        ended = true;
        if (this.connection === connection) this.connection = undefined;
        this.reachable = false;
        resolve(failure ?? error);
      });
    });
    try {
      await this.parts.admit?.(connection);
      if (ended) throw failure ?? new Error('the connection was lost');
    } catch (error) {
      if (!ended) await atMost(CLOSE_TIMEOUT_MS, connection.close());
      throw error;
    }
    if (this.closing.signal.aborted) {
      await atMost(CLOSE_TIMEOUT_MS, connection.close());
      return { lost, address };
    }
    this.refusal = undefined;
    this.connection = connection;
    this.reachable = true;
    for (const { resolve } of this.waiters) resolve(connection);
    this.waiters.clear();
    return { lost, address };
  }
}

interface Opened {
  readonly address: BrokerAddress;
  /** Resolves at the end of the connection. */
  readonly lost: Promise<Error | undefined>;
}

export const messageOf = (error: unknown): string => tellable(error).message;
