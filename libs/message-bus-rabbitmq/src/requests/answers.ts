import { codec, NotDeliveredError, OutcomeUnknownError, UnknownMessageError, type Envelope } from '@isolith/contracts';

/**
 * What a listener's end says when there is no answer; carried in the message's `type`; the body is empty unless it says
 * otherwise.
 */
export const WITHOUT_ANSWER = {
  silent: 'isolith.no-answer',
  brokenOff: 'isolith.broken-off',
  malformed: 'isolith.malformed',
  /** No host that had it could serve it, and none has run it. The body says why, as text. */
  unserved: 'isolith.unserved',
  /** The same, but somebody may have had it before. */
  unservedNow: 'isolith.unserved-now',
} as const;

/** Asking the broker to make the caller's channel the queue for answers (direct reply-to). */
export const REPLY_TO = 'amq.rabbitmq.reply-to';

/** The answer, or what stands in its place. */
export function readAnswer(content: Buffer, kind: unknown, asked: string): Envelope {
  switch (kind) {
    case WITHOUT_ANSWER.silent:
      throw new OutcomeUnknownError(`${asked} ended without an answer`);
    case WITHOUT_ANSWER.brokenOff:
      throw new OutcomeUnknownError(`the listener broke off while it handled ${asked}`);
    case WITHOUT_ANSWER.malformed:
      // For good: asked again, the same bytes would come.
      throw new UnknownMessageError(`the receiver could not read ${asked}`);
    case WITHOUT_ANSWER.unserved:
      throw new NotDeliveredError(unserved(content, asked));
    case WITHOUT_ANSWER.unservedNow:
      throw new OutcomeUnknownError(`${unserved(content, asked)}; it may have run before`);
    default:
      return decoded(content, asked);
  }
}

/** Whoever answered has run it: that the answer can't be read says nothing about its outcome. */
function decoded(content: Buffer, asked: string): Envelope {
  try {
    return codec.decode(content);
  } catch (cause) {
    throw new OutcomeUnknownError(`the answer to ${asked} could not be read`, { cause });
  }
}

const LONGEST_REASON = 500;

const unserved = (content: Buffer, asked: string): string =>
  `no host that had ${asked} can serve it: ${content.toString('utf8').slice(0, LONGEST_REASON)}`;
