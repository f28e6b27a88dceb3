import type { ConnectionWrites } from './connection-writes.js';
import { corked } from './corked.js';
import {
  ACK_BYTES,
  BASIC_ACK,
  BASIC_PUBLISH,
  FRAME_OVERHEAD,
  MOST_BESIDE_BODY,
  writeAck,
  writePublish,
  type Published,
} from './frames.js';
import type { Wire } from './wire.js';

const CHUNK_BYTES = 64 * 1024;
/** What is larger than this is written by amqplib: it is not the calls that cost there. */
const LARGEST_BODY = 8 * 1024;

/**
 * Writes small messages and acknowledgements to the socket, those of one turn in one piece. amqplib passes each frame
 * through a stream per channel and a multiplexer, which write them one by one and an event-loop turn later: under load
 * that is the larger part of what a message costs. Everything else, and everything while the socket is full, goes its
 * way as ever; so do closing and closed channels, which amqplib guards before it comes here.
 *
 *   the channel's stream is empty, the socket takes more --> appended to the chunk, which is written at the end of the turn
 *   otherwise --> the chunk is written at once, then the frame is amqplib's
 *
 * So nothing overtakes: what stands in the chunk came after all that its channel's stream had, and goes before all that
 * the stream gets later. Nothing is cut either: the chunk holds whole messages, and is written to the socket whole.
 */
export class DirectWrites implements ConnectionWrites {
  readonly byDriver = undefined;
  private chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  /** What of the chunk is not written yet. */
  private from = 0;
  private to = 0;
  private scheduled = false;
  private readonly atEndOfTurn = (): void => {
    this.scheduled = false;
    this.flush();
  };

  constructor(private readonly wire: Wire) {}

  begin(): void {
    const { wire } = this;
    corked(wire.stream);
    const sendMessage = wire.sendMessage.bind(wire);
    const sendMethod = wire.sendMethod.bind(wire);
    // On the connection itself, where amqplib puts what refuses once it is closing: these are gone then.
    wire.sendMessage = (channel, method, fields, header, properties, content) => {
      if (method === BASIC_PUBLISH && content.length <= LARGEST_BODY && this.publish(channel, properties, content))
        return true;
      this.flush();
      return sendMessage(channel, method, fields, header, properties, content);
    };
    wire.sendMethod = (channel, method, fields) => {
      if (method === BASIC_ACK && this.acknowledge(channel, fields.deliveryTag, fields.multiple === true)) return true;
      this.flush();
      return sendMethod(channel, method, fields);
    };
  }

  private publish(channel: number, message: Published, content: Buffer): boolean {
    if (content.length + FRAME_OVERHEAD > this.wire.frameMax || !this.isFree(channel)) return false;
    this.require(MOST_BESIDE_BODY + content.length);
    return this.appended(writePublish(this.chunk, this.to, channel, message, content));
  }

  private acknowledge(channel: number, tag: unknown, multiple: boolean): boolean {
    if (typeof tag !== 'number' || !this.isFree(channel)) return false;
    this.require(ACK_BYTES);
    return this.appended(writeAck(this.chunk, this.to, channel, tag, multiple));
  }

  private isFree(channel: number): boolean {
    const buffer = this.wire.channels[channel]?.buffer;
    return (
      buffer !== undefined &&
      buffer.readableLength === 0 &&
      buffer.writableLength === 0 &&
      !this.wire.stream.writableNeedDrain
    );
  }

  private require(bytes: number): void {
    if (this.to + bytes <= this.chunk.length) return;
    this.flush();
    // The socket may still read from the old one.
    this.chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.from = 0;
    this.to = 0;
  }

  private appended(end: number): boolean {
    if (end < 0) return false;
    this.to = end;
    this.wire.sentSinceLastCheck = true;
    if (!this.scheduled) {
      this.scheduled = true;
      process.nextTick(this.atEndOfTurn);
    }
    return true;
  }

  private flush(): void {
    if (this.from === this.to) return;
    const { stream } = this.wire;
    // A socket that has ended takes nothing: its connection is lost, and with it all that was unconfirmed.
    if (stream.writable) stream.write(this.chunk.subarray(this.from, this.to));
    this.from = this.to;
  }
}
