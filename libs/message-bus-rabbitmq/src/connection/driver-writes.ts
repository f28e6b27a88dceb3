import type { ConnectionWrites } from './connection-writes.js';

/**
 * Each message and acknowledgement as amqplib itself writes it, whatever its version: through the stream of its
 * channel.
 */
export class DriverWrites implements ConnectionWrites {
  constructor(readonly byDriver: string) {}

  begin(): void {
    // Its connections write already.
  }
}
