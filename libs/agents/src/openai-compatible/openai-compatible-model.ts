import { EventSourceParserStream } from 'eventsource-parser/stream';
import { z } from 'zod';
import { failureOfError, failureOfStatus } from '../http/failures.js';
import { defaultBounds, watchedFetch, type AnswerBounds, type Fetch } from '../http/watched-fetch.js';
import { attempt, readyToAsk } from '../model/attempt.js';
import { ModelUnavailableError, type Model, type ModelAnswer, type ModelRequest } from '../model/model.js';
import { ChatAnswer } from './chat-answer.js';
import { chatRequest, type OutputBound } from './chat-request.js';

/** Where and how a server of chat completions is asked. */
export interface OpenAiCompatibleOptions extends Partial<AnswerBounds> {
  /** With the version: `http://127.0.0.1:11434/v1`. */
  readonly baseUrl: string;
  /** Left out for a server that asks for none. */
  readonly apiKey?: string;
  /** Names the adapter; two of different keys or places differ in it. Default `openai-compatible`. */
  readonly name?: string;
  /** Default `max_tokens`. */
  readonly outputBound?: OutputBound;
  /**
   * How many tokens the server will count for this body, or more: the protocol has no way to ask. Default: its bytes,
   * which are about four times as many as the tokens of English text.
   */
  readonly tokensAtMost?: (body: string) => number;
}

/** What a server's template for chats adds, in tokens, with room. */
const ADDED_TOKENS = 1_000;
const LONGEST_ERROR_BYTES = 65_536;

const refusal = z.object({ error: z.object({ type: z.string().nullish(), code: z.unknown() }) });

/**
 * Models of any server that speaks chat completions: OpenAI's own, vLLM, Ollama and their like. An attempt is one
 * request, streamed, and ends where bytes stop coming. A server that does not say what an answer used is none for it,
 * as budgets could not be settled.
 */
export function openAiCompatibleModel(options: OpenAiCompatibleOptions): Model {
  return new OpenAiCompatibleModel(options);
}

class OpenAiCompatibleModel implements Model {
  readonly name: string;
  readonly provider = 'openai';
  private readonly url: string;
  private readonly headers: Readonly<Record<string, string>>;
  private readonly outputBound: OutputBound;
  private readonly tokensAtMost: (body: string) => number;
  private readonly fetch: Fetch;

  constructor({ baseUrl, apiKey, name = 'openai-compatible', ...options }: OpenAiCompatibleOptions) {
    const { outputBound = 'max_tokens', tokensAtMost = bytesAtMost, ...bounds } = options;
    this.name = name;
    this.tokensAtMost = tokensAtMost;
    this.url = `${baseUrl.replace(/\/$/, '')}/chat/completions`;
    this.headers = {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    };
    this.outputBound = outputBound;
    this.fetch = watchedFetch(name, { ...defaultBounds, ...bounds });
  }

  ask(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer> {
    return attempt(this, request, signal, async () => {
      const over = new AbortController();
      try {
        return await this.stream(request, AbortSignal.any([signal, over.signal]));
      } catch (error) {
        throw failureOfError(this.name, error);
      } finally {
        // Also of an answer that nobody wanted to read.
        over.abort();
      }
    });
  }

  async inputTokensAtMost(request: ModelRequest, signal: AbortSignal): Promise<number> {
    readyToAsk(this.name, signal);
    return this.tokensAtMost(this.bodyOf(request));
  }

  private bodyOf(request: ModelRequest): string {
    return JSON.stringify(chatRequest(request, this.outputBound));
  }

  private async stream(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer> {
    const { url, headers, name } = this;
    const response = await this.fetch(url, { method: 'POST', headers, body: this.bodyOf(request), signal });
    if (!response.ok) throw await this.refused(response);
    if (response.body === null || response.headers.get('content-type')?.includes('text/event-stream') !== true)
      throw new ModelUnavailableError(`the model ${name} answered something else than a stream of events`);
    const answer = new ChatAnswer(name, request.messages.length);
    const events = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
    for await (const { data } of events) {
      if (data === '[DONE]') break;
      answer.take(data);
    }
    return answer.whole(response.headers.get('x-request-id') ?? undefined);
  }

  private async refused(response: Response): Promise<Error> {
    const text = (await response.text()).slice(0, LONGEST_ERROR_BYTES);
    return failureOfStatus(this.name, response.status, { headers: response.headers, word: wordOf(text) });
  }
}

const bytesAtMost = (body: string): number => Buffer.byteLength(body) + ADDED_TOKENS;

/** What the server calls its error. A body that says nothing is no reason to fail otherwise than by its status. */
function wordOf(text: string): string | undefined {
  try {
    const parsed = refusal.safeParse(JSON.parse(text));
    return parsed.success ? (parsed.data.error.type ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}
