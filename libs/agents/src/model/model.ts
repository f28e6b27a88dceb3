import type { ModelBlock, ModelMessage, ModelStop, ModelUsage } from './model-message.js';

/** A tool as a model is told of it. */
export interface OfferedTool {
  /** `^[a-zA-Z0-9_-]{1,64}$`, unique in a request. */
  readonly name: string;
  readonly description: string;
  /** JSON Schema, draft 2020-12, of an object, without anyOf, oneOf and allOf at its top. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

/** What a model is asked. */
export interface ModelRequest {
  /** The provider's name of the model. */
  readonly model: string;
  /** What it is told before everything else; the same for all runs of an agent, so that it can be cached. */
  readonly instructions: string;
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly OfferedTool[];
  /** The answer is cut after so many tokens. */
  readonly maxOutputTokens: number;
  /** Where the model takes one. */
  readonly temperature?: number;
}

/**
 * What a model answered, whole. It has calls if and only if it stopped for `tools`: those of an answer that came to its
 * bound may be cut off, and are left out. It may have no content at all.
 */
export interface ModelAnswer {
  readonly content: readonly ModelBlock[];
  readonly stop: ModelStop;
  readonly usage: ModelUsage;
  /** The provider's id of the request, for its support. */
  readonly requestId?: string;
}

/**
 * A language model of somebody else. Implementers owe: one attempt per call, which ends when `signal` aborts; what
 * comes back is whole and was parsed, a stream that was cut or an answer that is none is a ModelUnavailableError;
 * blocks of a history that they made are given back as they were, and those of others left out; results of tools are
 * marked as data; `assertNoOpenUnit()` comes first; nothing of a key or of what was said in an error's text. Not their
 * job: retries, budgets, breakers, what a tool may do.
 */
export interface Model {
  /** Names the adapter in logs, metrics and opaque blocks. */
  readonly name: string;

  /**
   * @throws {ModelUnavailableError} asked again it may answer
   * @throws {ModelRejectedError} it never will
   * @throws the reason of the signal, once it has aborted
   */
  ask(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer>;

  /**
   * How many tokens a request has at most. Never less than the provider will count: where it has no way to ask, the
   * bytes of what is sent, since no token has none.
   *
   * @throws as `ask` does
   */
  inputTokensAtMost(request: ModelRequest, signal: AbortSignal): Promise<number>;
}

/** The model could not be asked, or did not answer; whether it read the request, and counts it, is not known. */
export class ModelUnavailableError extends Error {
  override readonly name = 'ModelUnavailableError';

  /** @param retryAfterMs what the provider asked to wait, as it said it: the caller bounds it */
  constructor(
    message: string,
    readonly retryAfterMs?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The model refuses this request for good: it is malformed, too long, or the key may not ask it. */
export class ModelRejectedError extends Error {
  override readonly name = 'ModelRejectedError';
}
