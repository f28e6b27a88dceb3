import type { Channel, ConsumeMessage } from 'amqplib';

interface Expected {
  readonly message: ConsumeMessage;
  done: boolean;
}

/**
 * Settles in the order of delivery: once per turn of the event loop, one acknowledgement for all that are done with no
 * other before them.
 */
export class Acknowledgements {
  private readonly expected: Expected[] = [];
  private due = false;

  constructor(private readonly channel: Channel) {}

  expect(message: ConsumeMessage): () => void {
    const entry = { message, done: false };
    this.expected.push(entry);
    return () => {
      entry.done = true;
      if (this.due) return;
      this.due = true;
      setImmediate(() => this.settle());
    };
  }

  private settle(): void {
    this.due = false;
    const open = this.expected.findIndex(({ done }) => !done);
    const last = this.expected.splice(0, open === -1 ? this.expected.length : open).at(-1);
    if (last !== undefined) this.channel.ack(last.message, true);
  }
}
