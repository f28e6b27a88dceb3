import {
  ContractViolationError,
  ForbiddenError,
  HandlerError,
  NotDeliveredError,
  outcomeOfThrown,
  tellable,
  UnauthenticatedError,
  UnknownMessageError,
  type Outcome,
  type RequestContract,
} from '@isolith/contracts';
import type { RequestHandler } from './handlers.js';
import { refusalOf } from '../transport/refusal-of.js';

/** Runs a handler. What it throws can be told: inboxes, units of work and logs look at it. */
export async function invoked({ invoke }: Pick<RequestHandler, 'invoke'>, message: object): Promise<unknown> {
  try {
    return await invoke(message);
  } catch (thrown) {
    throw tellable(thrown);
  }
}

/** What a handler threw, as its caller sees it. */
export function handlerOutcome(contract: RequestContract, thrown: Error): Outcome {
  try {
    // A violation here is one of the handler's own calls or its own answer: the caller's input was fine.
    if (!(thrown instanceof ContractViolationError)) return outcomeOfThrown(contract, thrown);
  } catch {
    // The failure's own data doesn't fit its declaration, or can't be read: it can't cross as what it claims to be. The
    // original is told.
  }
  return outcomeOfThrown(contract, new HandlerError(`the handler of ${contract.name} failed`));
}

/** A refusal before the handler: it is the caller's to see as it is, unless another host may know better. */
export function refusalOutcome(refusal: unknown, redelivered: boolean): Outcome {
  if (
    refusal instanceof ContractViolationError ||
    refusal instanceof UnknownMessageError ||
    refusal instanceof NotDeliveredError
  )
    return refusalOf(refusal, redelivered);
  // The same sender was refused before, too.
  if (refusal instanceof UnauthenticatedError || refusal instanceof ForbiddenError) return refusalOf(refusal, false);
  throw refusal;
}
