import { createHash } from 'node:crypto';
import type { Envelope } from '@isolith/contracts';

/** The sequence that an event belongs to. One without an ordering key waits for nobody, so it has a sequence of its own. */
export const sequenceKeyOf = ({ subject, id }: Envelope): string => subject ?? `#${id}`;

/** Bytes that can't be read are known by their digest: the same bytes, delivered twice, are one message. */
export const idOfBytes = (raw: Uint8Array): string => `sha256:${createHash('sha256').update(raw).digest('hex')}`;
