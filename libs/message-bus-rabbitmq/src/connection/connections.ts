import type { ChannelModel } from 'amqplib';
import type { Backoff } from './backoff.js';

/** What a channel needs of whoever gives it its connection. */
export interface Connections {
  readonly current: ChannelModel | undefined;
  readonly closed: boolean;
  /** Between attempts to open a channel and set it up. */
  readonly backoff: Backoff;
  /** The connection, as soon as there is one; rejects when it never comes. */
  opened(): Promise<ChannelModel>;
}
