import type { IsolithError, Outcome } from '@isolith/contracts';

/**
 * The answer to a request that was refused before its handler. Whoever had a redelivered one before may have handled it
 * and lost only the connection for its answer: what this host says of itself (its clock, its version, its key) is not
 * the end of such a request. Whoever asks again with the same id learns it.
 */
export function refusalOf({ code, message, problems }: IsolithError, redelivered: boolean): Outcome {
  if (redelivered)
    return {
      outcome: 'error',
      code: 'outcome-unknown',
      detail: `it came again and was refused now, but may have run before: ${message}`,
    };
  return problems.length > 0
    ? { outcome: 'error', code, detail: message, problems }
    : { outcome: 'error', code, detail: message };
}
