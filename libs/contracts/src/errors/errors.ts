import type { z } from 'zod';

/** One thing wrong with an input: a JSON pointer into it and a sentence. */
export interface FieldProblem {
  readonly pointer: string;
  readonly detail: string;
}

/** An error that keeps its class and code when it crosses from one context to another. */
export abstract class IsolithError extends Error {
  abstract readonly code: string;
  /** What the HTTP edge answers. */
  abstract readonly status: number;
  /** Whether the same message with the same id may succeed later. */
  readonly retryable: boolean = false;
  /**
   * Whether what it takes has been away for so long that asking again within moments would end the same way: the bus
   * does not. What may go on for hours (a saga, an event) is repeated all the same.
   */
  lasting = false;
  readonly problems: readonly FieldProblem[] = [];

  override get name(): string {
    return this.constructor.name;
  }
}

/** A value can be wrong in thousands of places; what is told of it is not that long. */
const MOST_PROBLEMS = 50;

/** A value does not fit its contract. `problems` names the places, up to fifty. */
export class ContractViolationError extends IsolithError {
  override readonly code = 'contract-violation';
  override readonly status = 400;
  override readonly problems: readonly FieldProblem[];

  constructor(message: string, problems: readonly FieldProblem[]) {
    super(message);
    this.problems = problems;
  }

  static of(what: string, error: z.core.$ZodError): ContractViolationError {
    const problems = problemsOf(error);
    const places = problems.map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`).join('; ');
    return new ContractViolationError(`${what} does not fit its contract: ${places}`, problems);
  }
}

/** zod's issues as problems, up to fifty. An unknown field is reported at the field itself. */
export function problemsOf(error: z.core.$ZodError): readonly FieldProblem[] {
  const problems = error.issues
    .slice(0, MOST_PROBLEMS)
    .flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys
            .slice(0, MOST_PROBLEMS)
            .map((key) => ({ pointer: pointerOf([...issue.path, key]), detail: 'is not a known field' }))
        : [{ pointer: pointerOf(issue.path), detail: issue.message }],
    );
  return problems.slice(0, MOST_PROBLEMS);
}

/** RFC 6901. */
function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Nobody handles this message: no context of that name, or its host does not know the message or its version. */
export class UnknownMessageError extends IsolithError {
  override readonly code = 'unknown-message';
  override readonly status = 501;
}

/** The message asks for a signed-in user and there is none. */
export class UnauthenticatedError extends IsolithError {
  override readonly code = 'unauthenticated';
  override readonly status = 401;
}

/** The sender is known and may not do this. */
export class ForbiddenError extends IsolithError {
  override readonly code = 'forbidden';
  override readonly status = 403;
}

/** The same command id came with another input. */
export class IdempotencyConflictError extends IsolithError {
  override readonly code = 'idempotency-conflict';
  override readonly status = 422;
}

/** The message was never handed to its receiver: it did not run, sending it again is safe. */
export class NotDeliveredError extends IsolithError {
  override readonly code = 'not-delivered';
  override readonly status = 503;
  override readonly retryable = true;
}

/**
 * A host of a newer release has written this, and this one can't read it. Retryable: a host of that release can, and
 * this one is about to be replaced. A request goes to another host, a reaction waits; nothing is counted.
 */
export class NewerVersionError extends NotDeliveredError {
  /** @param reader who was to read it, as the beginning of a sentence goes on: `the aggregate cart` */
  static of(
    what: string,
    { stored, known, reader = 'this host' }: { stored: number; known: number; reader?: string },
  ): NewerVersionError {
    return new NewerVersionError(
      `${what} is stored in version ${stored} and ${reader} reads version ${known}: it waits for a host of the newer release`,
    );
  }
}

/** The message was handed over and no answer came in time: it may have run. The same id is safe to repeat. */
export class OutcomeUnknownError extends IsolithError {
  override readonly code = 'outcome-unknown';
  override readonly status = 504;
  override readonly retryable = true;
}

/** The command was revoked by its compensation before it ran, and never will. */
export class RevokedError extends IsolithError {
  override readonly code = 'revoked';
  override readonly status = 409;
}

/** Two writers met on the same stream or row; the command ran without effect and may be repeated at once. */
export class ConcurrencyError extends IsolithError {
  override readonly code = 'concurrency';
  override readonly status = 409;
  override readonly retryable = true;
}

/** The receiver is at its bound (queue, buffer); nothing ran. */
export class OverloadedError extends IsolithError {
  override readonly code = 'overloaded';
  override readonly status = 503;
  override readonly retryable = true;
}

/**
 * The message, or what says who sends it, is larger than what carries it takes. It was not sent, and never could be.
 */
export class MessageTooLargeError extends IsolithError {
  override readonly code = 'message-too-large';
  override readonly status = 413;
}

/**
 * The handler threw something that is no failure. Only the message's name crosses: the original, its message and its
 * stack stay in the log of the host where it happened.
 */
export class HandlerError extends IsolithError {
  override readonly code = 'handler-error';
  override readonly status = 500;
}
