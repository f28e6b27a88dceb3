import type { ChannelModel } from 'amqplib';
import { pause, type Backoff } from '../connection/backoff.js';
import type { Connections } from '../connection/connections.js';
import type { Link } from '../connection/link.js';
import { UnansweredError } from './trouble.js';

/** A set-up that takes longer than this may never end; milliseconds. Others wait for their turn meanwhile. */
const LONGEST_TRIAL_MS = 3_000;
/** How long a connection of one's own is waited for; milliseconds. */
const OWN_CONNECTION_MS = 5_000;
/** From here on the broker's codes are errors of its own, which end a connection. */
const HARD_ERROR = 500;

/**
 * Where one user of a link has its channel: on the connection that all share, or on one of its own, once it has shown
 * that it harms the others. A queue that the broker can't serve may make it end the whole connection of whoever asks
 * for it.
 *
 *   shared --its trial made the broker end the connection, or did not end itself--> alone
 *   alone  --`rejoin()`--> shared
 *
 * Of those who share, one is on trial at a time, so that it is known who it was.
 */
export class Berth implements Connections {
  private own: Link | undefined;
  private ended = false;

  constructor(
    private readonly shared: Link,
    private readonly makeOwn: () => Link,
  ) {}

  get alone(): boolean {
    return this.own !== undefined;
  }

  get current(): ChannelModel | undefined {
    return (this.own ?? this.shared).current;
  }

  get closed(): boolean {
    return (this.own ?? this.shared).closed;
  }

  get backoff(): Backoff {
    return (this.own ?? this.shared).backoff;
  }

  opened(): Promise<ChannelModel> {
    return (this.own ?? this.shared).opened();
  }

  /** Whether there is a connection, or is about to be one. */
  get promising(): boolean {
    return (this.own ?? this.shared).promising;
  }

  /** Does with `connection` what may harm it. */
  async trial<T>(connection: ChannelModel, work: () => Promise<T>): Promise<T> {
    const { own } = this;
    if (own !== undefined) return work().catch((error: unknown) => Promise.reject(own.endOf(connection) ?? error));
    return this.shared.inTurn(async () => {
      // Somebody before ended it.
      if (this.shared.current !== connection) throw new Error('the connection was lost meanwhile');
      const over = new AbortController();
      const tooLong = pause(LONGEST_TRIAL_MS, over.signal).then(() => {
        if (over.signal.aborted) return;
        this.isolate();
        throw new UnansweredError(`no answer of the broker within ${LONGEST_TRIAL_MS} ms`);
      });
      try {
        return await Promise.race([work(), tooLong.then(() => new Promise<never>(() => undefined))]);
      } catch (error) {
        const end = this.shared.endOf(connection);
        if (!isHardError(end)) throw error;
        this.isolate();
        throw end;
      } finally {
        over.abort();
      }
    });
  }

  /** Does something with a connection, on trial. */
  async use<T>(work: (connection: ChannelModel) => Promise<T>): Promise<T> {
    const { own } = this;
    const connection = own === undefined ? this.shared.current : await within(OWN_CONNECTION_MS, own.opened());
    if (connection === undefined) throw new Error('there is no connection to the broker');
    return this.trial(connection, () => work(connection));
  }

  /** Goes to a connection of its own. */
  isolate(): void {
    if (this.own !== undefined || this.ended || this.shared.closed) return;
    this.own = this.makeOwn();
    // What failed is reported by the link, and tried again.
    this.own.start().catch(() => undefined);
  }

  /** Goes back to the others. */
  async rejoin(): Promise<void> {
    const { own } = this;
    this.own = undefined;
    await own?.close();
  }

  async close(): Promise<void> {
    this.ended = true;
    await this.own?.close();
  }
}

const isHardError = (end: Error | undefined): end is Error =>
  end !== undefined && 'code' in end && typeof end.code === 'number' && end.code >= HARD_ERROR;

async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  const over = new AbortController();
  try {
    return await Promise.race([work, pause(ms, over.signal).then(() => undefined)]);
  } finally {
    over.abort();
  }
}
