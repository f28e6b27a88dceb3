import { createHash } from 'node:crypto';
import type { Envelope } from '@isolith/contracts';

/**
 * The sequence that an event belongs to. One without an ordering key waits for nobody, so it has a sequence of its own.
 */
export const sequenceKeyOf = ({ subject, id }: Envelope): string => subject ?? `#${id}`;

/** What an id begins with that no journal has recorded. */
export const BYTES_ID_PREFIX = 'sha256:';

/** Bytes that can't be read are known by their digest: the same bytes, delivered twice, are one message. */
export const idOfBytes = (raw: Uint8Array): string =>
  `${BYTES_ID_PREFIX}${createHash('sha256').update(raw).digest('hex')}`;
