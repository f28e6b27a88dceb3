/** `AMQP` and the version, before the first frame. */
const PREAMBLE_BYTES = 8;
/** Type, channel and size before a frame's payload, and one byte behind it. */
const HEAD_BYTES = 7;
const METHOD_FRAME = 1;
/** Class basic, method publish. */
const PUBLISH = (60 << 16) | 40;

/** Counts the messages that clients send to a broker: requests, replies and events. */
export class PublishCounter {
  messages = 0;

  readonly onConnection = (): ((chunk: Buffer) => void) => {
    let rest: Buffer = Buffer.alloc(0);
    let skip = PREAMBLE_BYTES;
    return (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      if (skip > 0) {
        if (rest.length < skip) return;
        rest = rest.subarray(skip);
        skip = 0;
      }
      while (rest.length >= HEAD_BYTES) {
        const size = rest.readUInt32BE(3);
        if (rest.length < HEAD_BYTES + size + 1) return;
        if (rest[0] === METHOD_FRAME && rest.readUInt32BE(HEAD_BYTES) === PUBLISH) this.messages += 1;
        rest = rest.subarray(HEAD_BYTES + size + 1);
      }
    };
  };
}
