const LENGTH_BYTES = 4;

/**
 * Cuts the stream of a PostgreSQL client into messages: a type of one byte, a length that counts itself, a body. The
 * first of a connection has no type.
 */
export class FrameReader {
  private rest: Buffer = Buffer.alloc(0);
  private first = true;

  constructor(private readonly onFrame: (type: string, body: Buffer) => void) {}

  take(chunk: Buffer): void {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    for (;;) {
      const type = this.first ? 0 : 1;
      if (this.rest.length < type + LENGTH_BYTES) return;
      const end = type + this.rest.readUInt32BE(type);
      if (this.rest.length < end) return;
      if (this.first) this.first = false;
      else this.onFrame(String.fromCharCode(this.rest[0] ?? 0), this.rest.subarray(type + LENGTH_BYTES, end));
      this.rest = this.rest.subarray(end);
    }
  }
}
