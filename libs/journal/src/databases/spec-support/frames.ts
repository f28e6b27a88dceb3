const LENGTH_BYTES = 4;

/**
 * One message of PostgreSQL's protocol, version 3: `type` is empty for those that open a connection.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export interface Frame {
  readonly type: string;
  readonly body: Buffer;
  /** As it came. */
  readonly bytes: Buffer;
}

/** Cuts what comes over a socket into messages. */
export class Frames {
  private left = Buffer.alloc(0);

  /** @param opening whether the first message is one that opens a connection, which has no type */
  constructor(private opening: boolean) {}

  take(chunk: Buffer): readonly Frame[] {
    this.left = Buffer.concat([this.left, chunk]);
    const frames: Frame[] = [];
    for (let frame = this.next(); frame !== undefined; frame = this.next()) frames.push(frame);
    return frames;
  }

  /** The next message is one that opens a connection, too: after the answer to a wish for TLS. */
  openAgain(): void {
    this.opening = true;
  }

  private next(): Frame | undefined {
    const typeBytes = this.opening ? 0 : 1;
    if (this.left.length < typeBytes + LENGTH_BYTES) return undefined;
    const end = typeBytes + this.left.readInt32BE(typeBytes);
    if (this.left.length < end) return undefined;
    const bytes = this.left.subarray(0, end);
    this.left = this.left.subarray(end);
    this.opening = false;
    return {
      type: bytes.toString('latin1', 0, typeBytes),
      body: bytes.subarray(typeBytes + LENGTH_BYTES),
      bytes,
    };
  }
}

export function frame(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeInt32BE(body.length + LENGTH_BYTES);
  return Buffer.concat([Buffer.from(type, 'latin1'), length, body]);
}
