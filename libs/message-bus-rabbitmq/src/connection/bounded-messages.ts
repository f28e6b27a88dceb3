import { createHash, type Hash } from 'node:crypto';

/** Nothing that a host sends is larger; what is, is not read. In bytes. */
export const LARGEST_MESSAGE = 4 * 2 ** 20;
/** So much is kept of what is larger. */
const KEPT = 4 * 2 ** 10;
const OVERSIZED: unique symbol = Symbol('oversized');

/** A message that was too large to be read. */
export interface Oversized {
  /** In bytes. */
  readonly size: number;
  /** Of all of it, SHA-256 in hex. */
  readonly digest: string;
}

/** What amqplib's channel is, as far as it is used here; of version 2.3. */
interface Frames {
  acceptMessageFrame(frame: object): void;
}

interface Skipped {
  readonly properties: object;
  readonly size: number;
  readonly hash: Hash;
  readonly head: Uint8Array[];
  kept: number;
  remaining: number;
}

/**
 * Keeps a message that is larger than `LARGEST_MESSAGE` from being put together: amqplib would hold all of it, twice at
 * the end, before anybody could look at its size. Frame by frame it is summed and dropped, and its first 4 KiB arrive
 * in its place; `oversized()` tells. Where amqplib keeps these things elsewhere, nothing happens.
 */
export function boundMessages(channel: object): void {
  if (!hasFrames(channel)) return;
  const accept = channel.acceptMessageFrame.bind(channel);
  let skipped: Skipped | undefined;
  channel.acceptMessageFrame = (frame) => {
    if (skipped === undefined) {
      skipped = beginning(frame);
      return accept(frame);
    }
    const content: unknown = Reflect.get(frame, 'content');
    // Something else than a body: amqplib knows what to say to that.
    if (!(content instanceof Uint8Array)) return accept(frame);
    take(skipped, content);
    if (skipped.remaining > 0) return;
    const { properties, size, hash, head } = skipped;
    skipped = undefined;
    Reflect.set(properties, OVERSIZED, { size, digest: hash.digest('hex') });
    accept({ ...frame, content: Buffer.concat(head) });
  };
}

/** Undefined for a message that is as its sender sent it. */
export function oversized({ properties }: { readonly properties: object }): Oversized | undefined {
  const found: unknown = Reflect.get(properties, OVERSIZED);
  return isOversized(found) ? found : undefined;
}

/** What is kept in the place of such a message. */
export const stubOf = ({ size, digest }: Oversized, head: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${describe({ size, digest })}; it begins with:\n`), head]);

export const describe = ({ size, digest }: Oversized): string =>
  `a message of ${size} bytes, ${LARGEST_MESSAGE} at most, was not read; sha256 ${digest}`;

/** A header that announces too much says from here on that only the head follows. */
function beginning(frame: object): Skipped | undefined {
  const size: unknown = Reflect.get(frame, 'size');
  const properties: unknown = Reflect.get(frame, 'fields');
  if (typeof size !== 'number' || size <= LARGEST_MESSAGE || typeof properties !== 'object' || properties === null)
    return undefined;
  Reflect.set(frame, 'size', KEPT);
  return { properties, size, hash: createHash('sha256'), head: [], kept: 0, remaining: size };
}

function take(skipped: Skipped, content: Uint8Array): void {
  skipped.hash.update(content);
  skipped.remaining -= content.length;
  const part = content.subarray(0, KEPT - skipped.kept);
  if (part.length === 0) return;
  // A copy: the chunk that it is part of is large.
  skipped.head.push(Uint8Array.from(part));
  skipped.kept += part.length;
}

const hasFrames = (channel: object): channel is Frames =>
  typeof Reflect.get(channel, 'acceptMessageFrame') === 'function';

const isOversized = (found: unknown): found is Oversized =>
  typeof found === 'object' && found !== null && 'size' in found && 'digest' in found;
