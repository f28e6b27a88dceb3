import { z } from 'zod';
import { principalSchema } from './principal.js';

/** Characters of the token that says who sends a message. */
export const LONGEST_TOKEN = 4_096;

/** Characters of what proves a message: its number, and 28 for each of 64 readers that have keys of their own. */
const LONGEST_PROOF = 1_803;

/**
 * A message on the wire: CloudEvents 1.0 attributes and extensions (https://github.com/cloudevents/spec, v1.0.2), so
 * names are lower case without separators.
 */
export const envelopeSchema = z.object({
  specversion: z.literal('1.0'),
  /** Unique per message and kept over every repetition of it. */
  id: z.string().min(1).max(200),
  /** `/` + the sending context. */
  source: z.string().startsWith('/'),
  /** The contract's name. */
  type: z.string().min(3).max(200),
  /** RFC 3339, UTC. */
  time: z.iso.datetime(),
  /** The ordering key of an event. */
  subject: z.string().max(500).optional(),
  kind: z.enum(['command', 'query', 'event', 'reply']),
  schemaversion: z.int().min(1),
  /** The id of the message that started it all. */
  correlationid: z.string().min(1).max(200),
  /** The id of the message whose handling sent this one. */
  causationid: z.string().max(200).optional(),
  /** W3C trace context. */
  traceparent: z.string().max(100).optional(),
  /**
   * Milliseconds that its sender went on waiting for an answer when it was sent. It only saves work; between hosts
   * only.
   */
  timeout: z.int().min(0).optional(),
  /** Who sends it; inside a host only. */
  principal: principalSchema.optional(),
  /** Who sends it, as a signed token for the receiving context; between hosts only. */
  token: z.string().max(LONGEST_TOKEN).optional(),
  /** In a compensation: the id of the command that it undoes. */
  revokes: z.string().max(200).optional(),
  /**
   * The id alone says which command it is: a repetition may be written differently, by another release of its sender.
   */
  byid: z.literal(true).optional(),
  data: z.unknown(),
  /**
   * Proves that who the token names sends this message and no other, and sends it once; between hosts only, and the
   * last attribute on the wire: it is about all before it. In an answer: that whoever was asked gives it. Absent from
   * hosts of the release before, and from answers where all hosts share one secret.
   */
  proof: z.string().max(LONGEST_PROOF).optional(),
});

/**
 * A message on the wire: the attributes of CloudEvents 1.0, what ties it to others, for whom it is sent and its data.
 */
export type Envelope = Readonly<z.output<typeof envelopeSchema>> & {
  /**
   * The moment of `steadyNow()` after which no answer is awaited; inside a host only, because another one has another
   * clock.
   */
  readonly deadline?: number | undefined;
};
