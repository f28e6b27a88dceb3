import { codec, OutcomeUnknownError, outcomeSchema, provedText, type Envelope } from '@isolith/contracts';
import { headOf, proofOf, readProof } from './stated-proof.js';
import type { Address } from './transport.js';

/** One request on its way: where it went, and the number that its sender gave it. */
export interface Asked {
  readonly to: Address;
  readonly number: number;
}

/**
 * Codes by which a receiver, or what stands before it, says that it decided nothing. It may not know whom it would have
 * to prove that to.
 */
const UNDECIDED: ReadonlySet<string> = new Set([
  'not-delivered',
  'outcome-unknown',
  'unauthenticated',
  'handler-error',
]);

const answerHead = ({ to, number }: Asked): string => `answer to ${headOf(to, number)}`;

/** The answer with what proves that it is to this request, by whom it was sent to. */
export const provedAnswer = (answer: Envelope, asked: Asked, prove: (head: string, text: string) => string): Envelope =>
  codec.prove(answer, (text) => proofOf({ number: asked.number, mac: prove(answerHead(asked), text) }));

/**
 * Why an answer is not believed; undefined where it is. One that decides nothing needs no proof: who can keep a request
 * from its receiver can keep the answer, too. Whoever asks again, with the same id, learns what came of it.
 */
export function answerDoubt(
  answer: Envelope,
  asked: Asked,
  proves: (head: string, text: string | Uint8Array, mac: string) => boolean,
): OutcomeUnknownError | undefined {
  const stated = answer.proof === undefined ? undefined : readProof(answer.proof);
  const text = provedText(answer);
  if (stated?.number === asked.number && text !== undefined && proves(answerHead(asked), text, stated.mac)) return;
  const outcome = outcomeSchema.safeParse(answer.data).data;
  if (outcome?.outcome === 'error' && UNDECIDED.has(outcome.code)) return;
  return new OutcomeUnknownError(`the answer to ${answer.type} is of somebody else than who was asked`);
}
