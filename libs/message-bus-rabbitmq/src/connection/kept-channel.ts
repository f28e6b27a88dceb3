import type { Channel, ChannelModel } from 'amqplib';
import { atMost, fullJitter, pause } from './backoff.js';
import { boundMessages } from './bounded-messages.js';
import type { Connections } from './connections.js';
import { endChannel } from './end-channel.js';

const CLOSE_TIMEOUT_MS = 2_000;
const GOOD_LIFE_MS = 1_000;

export interface ChannelKeeping<C extends Channel> {
  open(connection: ChannelModel): Promise<C>;
  /** What the channel needs before it is of use: declarations, consumers, listeners. */
  setup(channel: C, connection: ChannelModel): Promise<void>;
  /** The channel is ready. */
  ready?(channel: C): void;
  /** The channel is gone, by itself or because its owner closed it. Called at once, whatever waits on it. */
  lost?(channel: C, reason: Error | undefined): void;
  /** It could not be opened or set up and is tried again. */
  failed(error: unknown): void;
}

/**
 * One channel of a link, kept open. A channel ends with its connection, or alone when the broker objects to something.
 *
 *   waiting    --> opening:    the link is open
 *   opening    --> ready:      set up
 *   opening    --> waiting:    failed; after a backoff
 *   ready      --> waiting:    lost; after a backoff, unless it had lived for a while
 *   any        --> closed:     `close()`; the broker takes back what was not settled
 */
export class KeptChannel<C extends Channel> {
  private channel: C | undefined;
  private readonly closing = new AbortController();

  constructor(
    private readonly link: Connections,
    private readonly keeping: ChannelKeeping<C>,
  ) {
    void this.keep();
  }

  get current(): C | undefined {
    return this.channel;
  }

  /** Ends the present channel; a new one takes its place. */
  renew(): void {
    if (this.channel !== undefined) void endChannel(this.channel);
  }

  async close(): Promise<void> {
    this.closing.abort();
    const { channel } = this;
    if (channel !== undefined) await atMost(CLOSE_TIMEOUT_MS, endChannel(channel));
  }

  private async keep(): Promise<void> {
    const { signal } = this.closing;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      let since = Infinity;
      try {
        const connection = await this.link.opened();
        if (signal.aborted) return;
        const { lost } = await this.open(connection);
        since = performance.now();
        await lost;
      } catch (error) {
        // A closed link opens nothing any more.
        if (this.link.closed) return;
        if (!signal.aborted) this.keeping.failed(error);
      }
      if (performance.now() - since >= GOOD_LIFE_MS) attempt = 0;
      else await pause(fullJitter(attempt, this.link.backoff), signal);
    }
  }

  /** Resolves, once ready, with a promise of the end of the channel. */
  private async open(connection: ChannelModel): Promise<{ readonly lost: Promise<void> }> {
    const channel = await this.keeping.open(connection);
    boundMessages(channel);
    let failure: Error | undefined;
    const lost = new Promise<void>((resolve) => {
      // Without a listener an error would end the process. 'close' follows in every case.
      channel.on('error', (error: Error) => {
        failure = error;
      });
      channel.on('close', () => {
        if (this.channel === channel) this.channel = undefined;
        this.keeping.lost?.(channel, failure);
        resolve();
      });
    });
    // The connection may have ended between the opening of the channel and the listeners above.
    if (this.link.current !== connection)
      throw failure ?? new Error('the connection was lost while a channel was opened');
    try {
      await this.keeping.setup(channel, connection);
    } catch (error) {
      await atMost(CLOSE_TIMEOUT_MS, endChannel(channel));
      throw error;
    }
    if (this.closing.signal.aborted) {
      await endChannel(channel);
      return { lost };
    }
    // Lost between the end of the set-up and now: 'close' has told so already.
    if (this.link.current !== connection || failure !== undefined) return { lost };
    this.channel = channel;
    this.keeping.ready?.(channel);
    return { lost };
  }
}
