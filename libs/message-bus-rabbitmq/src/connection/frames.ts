/** Method and properties of one publish, as amqplib hands them to its connection: in one object. */
export interface Published {
  readonly exchange?: unknown;
  readonly routingKey?: unknown;
  readonly mandatory?: unknown;
  readonly immediate?: unknown;
  readonly contentType?: unknown;
  readonly contentEncoding?: unknown;
  readonly headers?: unknown;
  readonly deliveryMode?: unknown;
  readonly priority?: unknown;
  readonly correlationId?: unknown;
  readonly replyTo?: unknown;
  readonly expiration?: unknown;
  readonly messageId?: unknown;
  readonly timestamp?: unknown;
  readonly type?: unknown;
  readonly userId?: unknown;
  readonly appId?: unknown;
  readonly clusterId?: unknown;
}

export const BASIC_PUBLISH = (60 << 16) | 40;
export const BASIC_ACK = (60 << 16) | 80;

/** More than any publish takes beside its body: six strings of 255 bytes, three frames. */
export const MOST_BESIDE_BODY = 2_048;
export const ACK_BYTES = 21;
/** Around the payload of each frame: type, channel, size; end. */
export const FRAME_OVERHEAD = 8;

const METHOD = 1;
const HEADER = 2;
const BODY = 3;
const END = 0xce;

/**
 * Writes the three frames of a message for the default exchange (AMQP 0-9-1, 2.3.5 and 4.2.6). Returns where they end;
 * -1, and then what was written means nothing, when there is something in it that our messages do not have.
 */
export function writePublish(
  into: Uint8Array,
  at: number,
  channel: number,
  message: Published,
  body: Uint8Array,
): number {
  if (!isPlain(message) || typeof message.routingKey !== 'string') return -1;
  const key = shortString(into, at + 14, message.routingKey);
  if (key < 0) return -1;
  into.fill(0, at + 11, at + 14);
  into[key] = message.mandatory === true ? 1 : 0;
  uint32(into, at + 7, BASIC_PUBLISH);
  const header = closeFrame(into, at, METHOD, channel, key + 1);
  const end = properties(into, header + 19, message);
  if (end < 0) return -1;
  uint32(into, header + 7, 60 << 16);
  uint32(into, header + 11, 0);
  uint32(into, header + 15, body.length);
  const start = closeFrame(into, header, HEADER, channel, end);
  if (body.length === 0) return start;
  into.set(body, start + 7);
  return closeFrame(into, start, BODY, channel, start + 7 + body.length);
}

export function writeAck(
  into: Uint8Array,
  at: number,
  channel: number,
  deliveryTag: number,
  multiple: boolean,
): number {
  uint32(into, at + 7, BASIC_ACK);
  uint32(into, at + 11, Math.floor(deliveryTag / 2 ** 32));
  uint32(into, at + 15, deliveryTag % 2 ** 32);
  into[at + 19] = multiple ? 1 : 0;
  return closeFrame(into, at, METHOD, channel, at + 20);
}

function isPlain({
  exchange,
  immediate,
  contentEncoding,
  headers,
  priority,
  messageId,
  timestamp,
  userId,
  appId,
  clusterId,
}: Published): boolean {
  if (exchange !== '' || immediate === true) return false;
  if (contentEncoding !== undefined || priority !== undefined || messageId !== undefined || timestamp !== undefined)
    return false;
  if (userId !== undefined || appId !== undefined || clusterId !== undefined) return false;
  // amqplib makes an empty table for whoever gives none; inherited names are part of it.
  if (typeof headers === 'object' && headers !== null) for (const _ in headers) return false;
  return true;
}

/** The flags of those that are there, then they, in the order of the flags. */
function properties(
  into: Uint8Array,
  at: number,
  { contentType, deliveryMode, correlationId, replyTo, expiration, type }: Published,
): number {
  let flags = 0;
  let end = at + 2;
  if (contentType !== undefined) [flags, end] = [flags | 0x8000, text(into, end, contentType)];
  if (deliveryMode !== undefined && end >= 0) {
    flags |= 0x1000;
    into[end] = deliveryMode === 2 ? 2 : 1;
    end += 1;
  }
  if (correlationId !== undefined && end >= 0) [flags, end] = [flags | 0x0400, text(into, end, correlationId)];
  if (replyTo !== undefined && end >= 0) [flags, end] = [flags | 0x0200, text(into, end, replyTo)];
  if (expiration !== undefined && end >= 0) [flags, end] = [flags | 0x0100, text(into, end, expiration)];
  if (type !== undefined && end >= 0) [flags, end] = [flags | 0x0020, text(into, end, type)];
  into[at] = flags >>> 8;
  into[at + 1] = flags & 0xff;
  return end;
}

const text = (into: Uint8Array, at: number, value: unknown): number =>
  typeof value === 'string' ? shortString(into, at, value) : -1;

/** ASCII only, of which one character is one byte. */
function shortString(into: Uint8Array, at: number, value: string): number {
  const { length } = value;
  if (length > 255) return -1;
  into[at] = length;
  for (let index = 0; index < length; index += 1) {
    const code = value.charCodeAt(index);
    if (code > 0x7f) return -1;
    into[at + 1 + index] = code;
  }
  return at + 1 + length;
}

/** Writes what is around a payload that ends at `end`; returns where the next frame begins. */
function closeFrame(into: Uint8Array, at: number, type: number, channel: number, end: number): number {
  into[at] = type;
  into[at + 1] = channel >>> 8;
  into[at + 2] = channel & 0xff;
  uint32(into, at + 3, end - at - 7);
  into[end] = END;
  return end + 1;
}

function uint32(into: Uint8Array, at: number, value: number): void {
  into[at] = value >>> 24;
  into[at + 1] = (value >>> 16) & 0xff;
  into[at + 2] = (value >>> 8) & 0xff;
  into[at + 3] = value & 0xff;
}
