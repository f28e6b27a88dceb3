import {
  ContractViolationError,
  Failure,
  IsolithError,
  tellable,
  UnlistedFailure,
  type FieldProblem,
} from '@isolith/contracts';
import { CallStoppedError } from './or-stopped.js';

/**
 * How a call that brought no answer is told. Nothing of a technical error's inside: neither a model nor its user is to
 * know.
 */
export interface ToolFailure {
  readonly outcome: 'failed' | 'unknown';
  readonly retryable: boolean;
  /** The name of a failure, or the code of an error. */
  readonly type: string;
  readonly detail: string;
  readonly problems?: readonly FieldProblem[];
  /** Nobody has heard of it yet: it happened here, and is neither an outcome nor an outage. */
  readonly unheard?: Error;
}

interface Technical {
  /** Of a write; what reads has no effect in any case. */
  readonly outcome: 'failed' | 'unknown';
  readonly retryable: boolean;
  readonly detail: string;
}

const MAY_HAVE_RUN = 'It may have had its effect. Find out before it is asked for again.';

/** Errors by their code. One that is missing here is told as a failed handler is. */
const TECHNICAL: Readonly<Record<string, Technical>> = {
  'unknown-message': { outcome: 'failed', retryable: false, detail: 'Nobody takes this at the moment.' },
  unauthenticated: { outcome: 'failed', retryable: false, detail: 'This needs a signed-in user.' },
  forbidden: { outcome: 'failed', retryable: false, detail: 'This user may not do this.' },
  'idempotency-conflict': { outcome: 'failed', retryable: false, detail: 'This call was made before, otherwise.' },
  'message-too-large': { outcome: 'failed', retryable: false, detail: 'This is too large to be sent.' },
  revoked: { outcome: 'failed', retryable: false, detail: 'This was called off before it ran.' },
  'not-delivered': { outcome: 'failed', retryable: true, detail: 'It was not delivered and did not run.' },
  overloaded: { outcome: 'failed', retryable: true, detail: 'Too much is asked for at the moment. It did not run.' },
  concurrency: { outcome: 'failed', retryable: true, detail: 'Something else changed it at the same time.' },
  'outcome-unknown': { outcome: 'unknown', retryable: true, detail: MAY_HAVE_RUN },
};

const HANDLER_ERROR: Technical = {
  outcome: 'unknown',
  retryable: false,
  detail: `It failed for a technical reason. ${MAY_HAVE_RUN}`,
};

/**
 * What is told of a call that threw:
 *
 *   a failure of the contract, also one that this release does not list --> failed, in its own words
 *   an input that does not fit, where only the receiver could tell --> failed, with the places
 *   the waiting was ended --> a write may have run
 *   an error of the bus --> by its code, in ours
 *   anything else happened here --> as a failed handler; whoever made the call is to report it
 *
 * A read has no effect, so what is unknown of a write has failed of a read.
 */
export function toolFailure(kind: 'read' | 'write', thrown: unknown): ToolFailure {
  if (thrown instanceof Failure) {
    const { name, retryable } = thrown.contract;
    return { outcome: 'failed', retryable, type: name, detail: thrown.message };
  }
  if (thrown instanceof UnlistedFailure) {
    const { code: type, message: detail, retryable } = thrown;
    return { outcome: 'failed', retryable, type, detail };
  }
  if (thrown instanceof ContractViolationError) {
    const { code: type, problems } = thrown;
    return { outcome: 'failed', retryable: false, type, detail: 'The input does not fit.', problems };
  }
  if (thrown instanceof CallStoppedError) return technical(kind, 'stopped', STOPPED);
  if (thrown instanceof IsolithError) return technical(kind, thrown.code, knownOf(thrown.code));
  return { ...technical(kind, 'handler-error', HANDLER_ERROR), unheard: tellable(thrown) };
}

const STOPPED: Technical = { outcome: 'unknown', retryable: false, detail: `Nobody waits for it. ${MAY_HAVE_RUN}` };

const knownOf = (code: string): Technical =>
  Object.hasOwn(TECHNICAL, code) ? (TECHNICAL[code] ?? HANDLER_ERROR) : HANDLER_ERROR;

function technical(kind: 'read' | 'write', type: string, { outcome, retryable, detail }: Technical): ToolFailure {
  if (kind === 'write' || outcome === 'failed') return { outcome, retryable, type, detail };
  return { outcome: 'failed', retryable, type, detail: 'It brought no answer.' };
}
