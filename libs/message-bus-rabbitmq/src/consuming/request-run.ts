import type { Envelope } from '@isolith/contracts';
import { HandedBackError } from '@isolith/message-bus';
import type { ConsumeMessage } from 'amqplib';
import type { ReturnAddress } from '../requests/answerer.js';
import { WITHOUT_ANSWER } from '../requests/answers.js';
import type { IntakeParts } from './intake-parts.js';

/**
 * Runs one request to its end; resolves with whether it is to go to another host. The caller gets the listener's
 * answer, or is told that there is none; only then is the request settled, so that a host that dies before leaves it to
 * another. A rejected request does not come again by itself: its caller decides, and asks again with the same id.
 */
export async function handleRequest(
  envelope: Envelope,
  message: ConsumeMessage,
  parts: IntakeParts,
): Promise<'done' | 'for another'> {
  const { on, answerer, metrics, onProblem, resignation } = parts;
  const caller = returnAddressOf(message);
  let answered = false;
  const reply = async (answer: Envelope): Promise<void> => {
    if (answered) throw new Error(`${envelope.type} was answered twice`);
    answered = true;
    // Sent without a wish for an answer: there is nobody to tell.
    if (caller !== undefined) await answerer.answer(caller, answer, envelope.deadline);
  };
  const without = async (why: string, reason?: string): Promise<void> => {
    if (answered || caller === undefined) return;
    answered = true;
    await answerer
      .without(caller, why, envelope.deadline, reason)
      .catch((failure: unknown) =>
        onProblem(`the caller of ${envelope.type} ${envelope.id} could not be told`, failure),
      );
  };
  const { redelivered } = message.fields;
  try {
    await on({ envelope, redelivered, reply });
    resignation.served();
    await without(WITHOUT_ANSWER.silent);
  } catch (error) {
    if (error instanceof HandedBackError) {
      resignation.unserved();
      if (parts.others() && !parts.handedBack.again(envelope.id, message)) return 'for another';
      await without(redelivered ? WITHOUT_ANSWER.unservedNow : WITHOUT_ANSWER.unserved, error.message);
    } else {
      metrics.rejected += 1;
      onProblem(`${envelope.type} ${envelope.id} was rejected`, error);
      await without(WITHOUT_ANSWER.brokenOff);
    }
  }
  return 'done';
}

/** Who waits for an answer, and under which name. */
export function returnAddressOf({ properties }: ConsumeMessage): ReturnAddress | undefined {
  const replyTo: unknown = properties.replyTo;
  const correlationId: unknown = properties.correlationId;
  return typeof replyTo === 'string' && typeof correlationId === 'string' ? { replyTo, correlationId } : undefined;
}
