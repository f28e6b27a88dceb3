import { codec, MessageTooLargeError, type Envelope } from '@isolith/contracts';
import { LARGEST_MESSAGE } from '../connection/bounded-messages.js';

export function contentOf(envelope: Envelope): Buffer {
  const bytes = codec.encode(envelope);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Throws a MessageTooLargeError for what the other side would drop unread. */
export function boundedContentOf(envelope: Envelope): Buffer {
  const content = contentOf(envelope);
  if (content.byteLength <= LARGEST_MESSAGE) return content;
  throw new MessageTooLargeError(
    `${envelope.type} was not sent: it has ${content.byteLength} bytes, ${LARGEST_MESSAGE} at most`,
  );
}
