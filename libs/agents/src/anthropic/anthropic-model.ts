import { Anthropic, APIError } from '@anthropic-ai/sdk';
import { z } from 'zod';
import { failureOfError, failureOfStatus, parsedAs } from '../http/failures.js';
import { defaultBounds, watchedFetch, type AnswerBounds } from '../http/watched-fetch.js';
import { attempt, leaving, readyToAsk } from '../model/attempt.js';
import {
  ModelRejectedError,
  ModelUnavailableError,
  type Model,
  type ModelAnswer,
  type ModelRequest,
} from '../model/model.js';
import { AnthropicAnswer } from './anthropic-answer.js';
import { bodyOf, type AnthropicBody } from './anthropic-request.js';

/** Where and how Anthropic's models are asked. */
export interface AnthropicOptions extends Partial<AnswerBounds> {
  readonly apiKey: string;
  /** Default: Anthropic's own. */
  readonly baseUrl?: string;
  /** Names the adapter; two of different keys or places differ in it. Default `anthropic`. */
  readonly name?: string;
  /**
   * Requests of more bytes are counted by the provider, which takes a call; below it the bytes are bound enough.
   * Default 10,000, as many tokens as an agent's request may have by default.
   */
  readonly countAboveBytes?: number;
}

/** What the provider adds where tools are offered, in tokens, with room; a request without is given some as well. */
const ADDED_TOKENS = 1_000;
/** The provider calls its count an estimate. */
const COUNT_MARGIN = 1.05;

const LONGEST_TIMER_MS = 2 ** 31 - 1;

const counted = z.object({ input_tokens: z.int().min(0) });
/** Errors that come within a stream have no status; by these words no other attempt will do better. */
const FINAL = new Set([
  'invalid_request_error',
  'authentication_error',
  'permission_error',
  'not_found_error',
  'request_too_large',
]);

/**
 * Anthropic's models over its SDK, of which neither retries nor timeouts nor traces nor logs are used: an attempt is
 * one request, streamed, and ends where bytes stop coming.
 */
export function anthropicModel(options: AnthropicOptions): Model {
  return new AnthropicModel(options);
}

class AnthropicModel implements Model {
  readonly name: string;
  readonly provider = 'anthropic';
  private readonly client: Anthropic;
  private readonly countAboveBytes: number;

  constructor({ apiKey, baseUrl, name = 'anthropic', countAboveBytes = 10_000, ...bounds }: AnthropicOptions) {
    this.name = name;
    this.countAboveBytes = countAboveBytes;
    const watched = { ...defaultBounds, ...bounds };
    this.client = new Anthropic({
      apiKey,
      // Said in any case, so that no variable of the environment says it.
      baseURL: baseUrl ?? 'https://api.anthropic.com',
      webhookKey: null,
      maxRetries: 0,
      // It would end at the headers; what is watched ends before.
      timeout: Math.min(2 * watched.idleMs, LONGEST_TIMER_MS),
      fetch: watchedFetch(name, watched),
      // Its own lines hold requests and answers; its spans would stand beside ours.
      logLevel: 'off',
      openTelemetry: false,
    });
  }

  ask(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer> {
    return attempt(this, request, signal, () => this.mapped(() => this.stream(request, signal)));
  }

  async inputTokensAtMost(request: ModelRequest, signal: AbortSignal): Promise<number> {
    readyToAsk(this.name, signal);
    const body = bodyOf(this.name, request);
    const bytes = Buffer.byteLength(JSON.stringify(body));
    if (bytes <= this.countAboveBytes) return bytes + ADDED_TOKENS;
    const tokens = await leaving(() => this.mapped(() => this.count(body, signal)), signal);
    return Math.min(bytes, Math.ceil(tokens * COUNT_MARGIN)) + ADDED_TOKENS;
  }

  private async stream(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer> {
    const { maxOutputTokens: max_tokens, temperature } = request;
    // The SDK's types have none any more, and newer models refuse one: who states it knows a model that does not.
    const sampling = temperature === undefined ? {} : { temperature };
    const body = { ...bodyOf(this.name, request), max_tokens, ...sampling, stream: true as const };
    const {
      data,
      response,
      request_id: requestId,
    } = await this.client.messages.create(body, { signal }).withResponse();
    if (response.headers.get('content-type')?.includes('text/event-stream') !== true) {
      data.controller.abort();
      throw new ModelUnavailableError(`the model ${this.name} answered something else than a stream of events`);
    }
    const answer = new AnthropicAnswer(this.name);
    for await (const event of data) answer.take(event);
    return answer.whole(requestId ?? undefined);
  }

  private async count(body: AnthropicBody, signal: AbortSignal): Promise<number> {
    const { model, messages, system, tools } = body;
    const params = { model, messages, ...(system && { system }), ...(tools && { tools }) };
    const answer: unknown = await this.client.messages.countTokens(params, { signal });
    return parsedAs(this.name, counted, answer, 'a count').input_tokens;
  }

  private async mapped<T>(make: () => Promise<T>): Promise<T> {
    try {
      return await make();
    } catch (error) {
      throw this.failureOf(error);
    }
  }

  private failureOf(error: unknown): Error {
    if (!(error instanceof APIError)) return failureOfError(this.name, error);
    const { status, type } = error;
    if (typeof status === 'number') return failureOfStatus(this.name, status, { headers: error.headers, word: type });
    if (typeof type !== 'string') return failureOfError(this.name, error);
    return FINAL.has(type)
      ? new ModelRejectedError(`the model ${this.name} refused within its answer`)
      : new ModelUnavailableError(`the model ${this.name} broke its answer off`);
  }
}
