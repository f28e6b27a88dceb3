import { z } from 'zod';
import { parsedAs, parsedJson } from '../http/failures.js';
import type { ModelBlock, ModelStop } from '../model/model-message.js';
import { ModelUnavailableError, type ModelAnswer } from '../model/model.js';

const tokens = z.int().min(0);

const usage = z.object({
  prompt_tokens: tokens,
  completion_tokens: tokens,
  prompt_tokens_details: z.object({ cached_tokens: tokens.nullish() }).nullish(),
});

const call = z.object({
  index: z.int().min(0).max(1_000).default(0),
  id: z.string().nullish(),
  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
});

const finish = z.enum(['stop', 'length', 'tool_calls', 'content_filter']);

/** One piece of a streamed answer. A server that answers with an error says so in a piece of its own. */
const chunk = z.object({
  choices: z
    .array(
      z.object({
        delta: z
          .object({ content: z.string().nullish(), refusal: z.string().nullish(), tool_calls: z.array(call).nullish() })
          .nullish(),
        finish_reason: finish.nullish(),
      }),
    )
    .max(1)
    .default([]),
  usage: usage.nullish(),
  error: z.unknown().optional(),
});
type Chunk = z.output<typeof chunk>;
type Call = z.output<typeof call>;

const STOPS: Readonly<Record<z.output<typeof finish>, ModelStop>> = {
  stop: 'done',
  tool_calls: 'tools',
  length: 'length',
  content_filter: 'refused',
};

interface OpenCall {
  readonly index: number;
  readonly given: string | undefined;
  name: string;
  json: string;
}

/**
 * Puts an answer together, piece by piece. It is whole when it is known why it stopped and what it used, in whatever
 * order they come: servers differ in it.
 */
export class ChatAnswer {
  private text = '';
  private refusal = '';
  private readonly calls: OpenCall[] = [];
  private stop: ModelStop | undefined;
  private usage: z.output<typeof usage> | undefined;

  /** @param round makes the ids of calls unique within a history: the number of messages before */
  constructor(
    private readonly adapter: string,
    private readonly round: number,
  ) {}

  /** @throws ModelUnavailableError for a piece that is none */
  take(data: string): void {
    const piece = parsedAs(this.adapter, chunk, parsedJson(this.adapter, data, 'a piece'), 'a piece');
    if (piece.error !== undefined && piece.error !== null)
      throw new ModelUnavailableError(`the model ${this.adapter} broke its answer off`);
    this.usage = piece.usage ?? this.usage;
    for (const choice of piece.choices) this.grow(choice);
  }

  /** @throws ModelUnavailableError for one that was cut, or that says nothing of what it used */
  whole(requestId: string | undefined): ModelAnswer {
    if (this.stop === undefined || this.usage === undefined)
      throw new ModelUnavailableError(`the model ${this.adapter} did not finish its answer`);
    const { prompt_tokens: inputTokens, completion_tokens: outputTokens, prompt_tokens_details: details } = this.usage;
    const stop = this.refusal === '' ? this.stop : 'refused';
    const text = this.text === '' ? this.refusal : this.text;
    return {
      content: [...(text === '' ? [] : [{ type: 'text' as const, text }]), ...this.writtenCalls(stop)],
      stop,
      usage: { inputTokens, outputTokens, cacheReadTokens: details?.cached_tokens ?? 0, cacheWriteTokens: 0 },
      ...(requestId === undefined ? {} : { requestId }),
    };
  }

  private grow({ delta, finish_reason: reason }: Chunk['choices'][number]): void {
    this.text += delta?.content ?? '';
    this.refusal += delta?.refusal ?? '';
    for (const piece of delta?.tool_calls ?? []) this.growCall(piece);
    if (reason !== undefined && reason !== null) this.stop = STOPS[reason];
  }

  /** Some servers give each call the index 0, so one with another id is another one. */
  private growCall({ index, id, function: written }: Call): void {
    const last = this.calls.findLast((open) => open.index === index);
    const isAnother = id !== undefined && id !== null && id !== '' && id !== last?.given;
    const open = last === undefined || isAnother ? { index, given: id ?? undefined, name: '', json: '' } : last;
    if (open !== last) this.calls.push(open);
    open.name += written?.name ?? '';
    open.json += written?.arguments ?? '';
  }

  /**
   * Ids are made here: those of servers may come again with the next answer, or have signs that others refuse. Nine
   * letters and digits are what the strictest of them takes.
   */
  private writtenCalls(stop: ModelStop): ModelBlock[] {
    // A call that was cut at the bound is not whole, and none of such an answer is made.
    if (stop === 'length' || stop === 'refused') return [];
    return this.calls.map(({ name, json }, nth) => ({
      type: 'tool-use',
      id: `c${base36(this.round, 5)}${base36(nth, 3)}`,
      name,
      input: json.trim() === '' ? {} : parsedJson(this.adapter, json, 'an input of a tool'),
    }));
  }
}

const base36 = (value: number, width: number): string => value.toString(36).padStart(width, '0');
