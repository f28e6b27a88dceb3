import type { ModelAnswer } from '../../model/model.js';

/** What becomes of one request, instead of the answer that the script has for it. */
export type ModelFault =
  /** The body of the answer repeats the key and all that was sent, as careless servers do. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string }
  /** The connection breaks; with `clean` it ends as if all had been said. */
  | { readonly kind: 'cut'; readonly afterEvents: number; readonly clean?: boolean }
  /** Nothing more comes; without a number not even the headers. */
  | { readonly kind: 'hang'; readonly afterEvents?: number }
  /** The stream ends with an error that it tells. */
  | { readonly kind: 'error-event'; readonly afterEvents: number }
  /** A page, with status 200. */
  | { readonly kind: 'html' }
  /** The inputs of calls are broken off. */
  | { readonly kind: 'malformed-input' }
  /** All calls of the answer have one id. */
  | { readonly kind: 'duplicate-ids' }
  /** What was used is less than nothing. */
  | { readonly kind: 'wrong-usage' }
  /** The text of the answer never ends. */
  | { readonly kind: 'huge' };

/** The answer that a server with this fault tells of. */
export function faultyAnswer(answer: ModelAnswer, fault: ModelFault | undefined): ModelAnswer {
  if (fault?.kind === 'wrong-usage')
    return { ...answer, usage: { ...answer.usage, inputTokens: -1, outputTokens: -1 } };
  if (fault?.kind !== 'duplicate-ids') return answer;
  return {
    ...answer,
    content: answer.content.map((block) => (block.type === 'tool-use' ? { ...block, id: 'call_twice' } : block)),
  };
}
