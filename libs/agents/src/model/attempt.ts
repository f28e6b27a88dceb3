import { assertNoOpenUnit } from '@isolith/message-bus';
import { problemsOfRequest } from './history-rules.js';
import { inAsk, type Asked } from './model-span.js';
import { ModelRejectedError, type ModelAnswer, type ModelRequest } from './model.js';
import { untilAborted } from './until-aborted.js';
import { wholeAnswer } from './whole-answer.js';

/**
 * What all adapters owe around what is theirs. `make` asks the provider, once: it may be left alone when the signal
 * aborts, and what it gives is looked through before anybody gets it. A request that every provider would refuse is
 * sent to none.
 */
export async function attempt(
  asked: Asked,
  request: ModelRequest,
  signal: AbortSignal,
  make: () => Promise<ModelAnswer>,
): Promise<ModelAnswer> {
  readyToAsk(asked.name, signal);
  const problems = problemsOfRequest(request);
  if (problems.length > 0) throw new ModelRejectedError(`the model ${asked.name} refuses: ${problems.join('; ')}`);
  return inAsk(asked, request, async () => wholeAnswer(request, await leaving(make, signal)));
}

/** Throws where a unit is open, and where the caller has left already. */
export function readyToAsk(name: string, signal: AbortSignal): void {
  assertNoOpenUnit(`the model ${name}`);
  signal.throwIfAborted();
}

/** Whatever an attempt comes to: to a caller who has left, their own reason is the answer. */
export async function leaving<T>(make: () => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await untilAborted(make(), signal);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
