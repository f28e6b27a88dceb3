import { z } from 'zod';
import {
  ConcurrencyError,
  ContractViolationError,
  ForbiddenError,
  HandlerError,
  IdempotencyConflictError,
  IsolithError,
  MessageTooLargeError,
  NotDeliveredError,
  OutcomeUnknownError,
  OverloadedError,
  RevokedError,
  UnauthenticatedError,
  UnknownMessageError,
} from '../errors/errors.js';
import { Failure } from './failure.js';
import type { RequestContract } from './message.js';

/** How a request ended, in the form in which it crosses and is stored. A stack trace has no place in it. */
export const outcomeSchema = z.discriminatedUnion('outcome', [
  // Nothing is absent from JSON.
  z.object({ outcome: z.literal('success'), value: z.unknown().optional() }),
  z.object({
    outcome: z.literal('failure'),
    name: z.string(),
    version: z.int(),
    data: z.unknown(),
    detail: z.string(),
    retryable: z.boolean(),
    status: z.int(),
  }),
  z.object({
    outcome: z.literal('error'),
    code: z.string(),
    detail: z.string(),
    problems: z
      .array(z.object({ pointer: z.string(), detail: z.string() }))
      .readonly()
      .optional(),
    // A release may say more of it one day.
    lasting: z.boolean().optional().catch(undefined),
  }),
]);

/**
 * How a request ended: success with a value, a failure that its contract lists, or an error by its code. What crosses
 * and what an inbox stores.
 */
export type Outcome = Readonly<z.output<typeof outcomeSchema>>;

/** A failure that the caller's version of the contract does not list. */
export class UnlistedFailure extends IsolithError {
  override readonly code: string;
  override readonly status: number;
  override readonly retryable: boolean;

  constructor(name: string, detail: string, status: number, retryable: boolean) {
    super(detail);
    this.code = name;
    this.status = status;
    this.retryable = retryable;
  }
}

/** The outcome of a thrown value. Only failures that the contract lists cross as failures. */
export function outcomeOfThrown(contract: RequestContract, thrown: unknown): Outcome {
  if (thrown instanceof Failure && contract.failures.some((listed) => listed.contract === thrown.contract)) {
    const { name, version, copy, retryable, status } = thrown.contract;
    return { outcome: 'failure', name, version, data: copy(thrown.data), detail: thrown.message, retryable, status };
  }
  if (thrown instanceof IsolithError && !(thrown instanceof UnlistedFailure)) {
    const { code, message: detail, problems, lasting } = thrown;
    return {
      outcome: 'error',
      code,
      detail,
      ...(problems.length > 0 ? { problems } : {}),
      ...(lasting ? { lasting } : {}),
    };
  }
  return { outcome: 'error', code: 'handler-error', detail: `the handler of ${contract.name} failed` };
}

const ERRORS = {
  'unknown-message': UnknownMessageError,
  unauthenticated: UnauthenticatedError,
  forbidden: ForbiddenError,
  'idempotency-conflict': IdempotencyConflictError,
  'not-delivered': NotDeliveredError,
  'outcome-unknown': OutcomeUnknownError,
  revoked: RevokedError,
  concurrency: ConcurrencyError,
  overloaded: OverloadedError,
  'message-too-large': MessageTooLargeError,
  'handler-error': HandlerError,
} as const;

/** The codes by which errors cross; what is none of them arrives as a HandlerError. */
export const errorCodes: readonly string[] = ['contract-violation', ...Object.keys(ERRORS)];

const isKnown = (code: string): code is keyof typeof ERRORS => Object.hasOwn(ERRORS, code);

/** What a non-success outcome is thrown as: the failure's or error's own class, whatever it crossed. */
export function thrownOfOutcome(contract: RequestContract, outcome: Exclude<Outcome, { outcome: 'success' }>): Error {
  if (outcome.outcome === 'failure') {
    const listed = contract.failures.find((candidate) => candidate.contract.name === outcome.name);
    return listed
      ? listed.rebuild(outcome.data, outcome.detail)
      : new UnlistedFailure(outcome.name, outcome.detail, outcome.status, outcome.retryable);
  }
  const { code, detail, problems = [], lasting = false } = outcome;
  if (code === 'contract-violation') return new ContractViolationError(detail, problems);
  const error = isKnown(code) ? new ERRORS[code](detail) : new HandlerError(detail);
  error.lasting = lasting;
  return error;
}
