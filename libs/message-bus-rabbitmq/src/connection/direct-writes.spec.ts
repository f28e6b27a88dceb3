import { describe, expect, it } from '@jest/globals';
import { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { DirectWrites } from './direct-writes.js';
import { BASIC_ACK, BASIC_PUBLISH } from './frames.js';

const PROPERTIES = 60;

/** A socket that keeps what it is given, and amqplib's connection around it as far as it is used. */
class RecordingSocket extends Socket {
  readonly chunks: Buffer[] = [];

  /** As one whose peer does not read. */
  fill(): void {
    Object.defineProperty(this, 'writableNeedDrain', { value: true });
  }

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }

  override _writev(chunks: { chunk: Buffer; encoding: BufferEncoding }[], done: () => void): void {
    this.chunks.push(...chunks.map(({ chunk }) => chunk));
    done();
  }
}

function recording() {
  const stream = new RecordingSocket();
  const buffer = { readableLength: 0, writableLength: 0 };
  const byAmqplib: string[] = [];
  const connection = {
    stream,
    channels: [null, { buffer }],
    frameMax: 4_096,
    sentSinceLastCheck: false,
    sendMessage: (
      channel: number,
      method: number,
      _fields: object,
      _header: number,
      _properties: object,
      content: Buffer,
    ) => {
      byAmqplib.push(
        `${channel} ${method} ${content.length}, behind ${stream.writableLength > 0 ? 'what was written' : 'nothing'}`,
      );
      return true;
    },
    sendMethod: (channel: number, method: number, _fields: object) => {
      byAmqplib.push(`${channel} ${method}`);
      return true;
    },
  };
  new DirectWrites(connection).begin();
  const publish = (properties: object, content = 'hello'): boolean => {
    const fields = { exchange: '', routingKey: 'q', mandatory: true, ...properties };
    return connection.sendMessage(1, BASIC_PUBLISH, fields, PROPERTIES, fields, Buffer.from(content));
  };
  return { stream, buffer, connection, byAmqplib, publish };
}

describe('direct writes', () => {
  it('writes method, header and body as the protocol has them', async () => {
    const { stream, publish, connection } = recording();
    publish({ contentType: 'a', deliveryMode: 2, correlationId: 'c', replyTo: 'r', expiration: '9', type: 't' });
    await turn();
    expect(Buffer.concat(stream.chunks).toString('hex')).toBe(
      [
        '01 0001 0000000a 003c0028 0000 00 0171 01 ce',
        '02 0001 00000019 003c 0000 0000000000000005 9720 0161 02 0163 0172 0139 0174 ce',
        '03 0001 00000005 68656c6c6f ce',
      ]
        .join('')
        .replaceAll(' ', ''),
    );
    expect(connection.sentSinceLastCheck).toBe(true);
  });

  it('writes no body frame for an empty body, and tags beyond 32 bits', async () => {
    const { stream, publish, connection } = recording();
    publish({ mandatory: false }, '');
    connection.sendMethod(1, BASIC_ACK, { deliveryTag: 2 ** 33 + 7, multiple: true });
    await turn();
    expect(Buffer.concat(stream.chunks).toString('hex')).toBe(
      [
        '01 0001 0000000a 003c0028 0000 00 0171 00 ce',
        '02 0001 0000000e 003c 0000 0000000000000000 0000 ce',
        '01 0001 0000000d 003c0050 0000000200000007 01 ce',
      ]
        .join('')
        .replaceAll(' ', ''),
    );
  });

  it('writes what belongs to one turn in one piece', async () => {
    const { stream, publish, byAmqplib } = recording();
    for (let count = 0; count < 100; count += 1) publish({});
    expect(stream.chunks).toEqual([]);
    await turn();
    expect(stream.chunks).toHaveLength(1);
    expect(byAmqplib).toEqual([]);
  });

  it('keeps what was written apart from what comes later', async () => {
    const { stream, publish } = recording();
    const contents = Array.from({ length: 300 }, (_, index) => `${index}`.padEnd(1_000, 'x'));
    for (const [index, content] of contents.entries()) {
      publish({}, content);
      if (index % 50 === 0) await turn();
    }
    await turn();
    const written = Buffer.concat(stream.chunks).toString('latin1');
    expect(contents.map((content) => written.indexOf(content))).toEqual(
      contents.map((content) => written.indexOf(content)).toSorted((a, b) => a - b),
    );
    expect(contents.every((content) => written.includes(content))).toBe(true);
  });

  it.each([
    ['a header', { headers: { a: 1 } }],
    ['a name that is not ASCII', { correlationId: 'ü' }],
    ['a priority', { priority: 1 }],
    ['an exchange', { exchange: 'e' }],
    ['a message id', { messageId: 'm' }],
    ['a name that is too long', { routingKey: 'x'.repeat(256) }],
  ])('leaves to amqplib what has %s, behind what was written before', (_, properties) => {
    const { publish, byAmqplib } = recording();
    publish({});
    publish(properties);
    expect(byAmqplib).toEqual([`1 ${BASIC_PUBLISH} 5, behind what was written`]);
  });

  it('takes an empty table of headers for none', () => {
    const { publish, byAmqplib } = recording();
    publish({ headers: Object.create(null) });
    expect(byAmqplib).toEqual([]);
  });

  it('leaves to amqplib what is too large for a frame, other methods, and all while something waits before it', () => {
    const { stream, buffer, connection, publish, byAmqplib } = recording();
    publish({}, 'x'.repeat(4_090));
    connection.sendMethod(1, 1, {});
    buffer.readableLength = 1;
    publish({});
    buffer.readableLength = 0;
    stream.fill();
    publish({});
    connection.sendMethod(1, BASIC_ACK, { deliveryTag: 1, multiple: false });
    expect(byAmqplib).toHaveLength(5);
  });
});
