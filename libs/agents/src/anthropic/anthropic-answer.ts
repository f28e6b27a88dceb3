import { parsedAs, parsedJson } from '../http/failures.js';
import type { ModelBlock, ModelStop, ModelUsage } from '../model/model-message.js';
import { ModelUnavailableError, type ModelAnswer } from '../model/model.js';
import {
  anthropicEvent,
  type AnthropicBlock,
  type AnthropicDelta,
  type AnthropicEvent,
  type AnthropicUsage,
  type StopReason,
} from './anthropic-events.js';
import { thought } from './anthropic-request.js';

const STOPS: Readonly<Record<StopReason, ModelStop>> = {
  end_turn: 'done',
  stop_sequence: 'done',
  tool_use: 'tools',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'refused',
  pause_turn: 'paused',
};

/** A block that is being written. */
interface OpenBlock {
  readonly block: AnthropicBlock;
  /** What came of a call's input. */
  json: string;
}

/**
 * Puts an answer together, event by event. It goes from nothing to begun, through one open block after another, to
 * ended (why it stopped and what it used) and closed; whatever comes at another time makes the answer none.
 */
export class AnthropicAnswer {
  private readonly blocks: OpenBlock[] = [];
  private open: OpenBlock | undefined;
  private usage: AnthropicUsage | undefined;
  private stop: StopReason | undefined;
  private closed = false;

  constructor(private readonly adapter: string) {}

  /** @throws ModelUnavailableError for an event that is none, or comes at the wrong time */
  take(event: unknown): void {
    if (this.closed) throw this.misplaced('an event after the end');
    this.apply(parsedAs(this.adapter, anthropicEvent, event, 'an event'));
  }

  private apply(event: AnthropicEvent): void {
    if (event.type === 'message_start') {
      if (this.usage !== undefined) throw this.misplaced('two beginnings');
      this.usage = event.message.usage;
      return;
    }
    if (this.usage === undefined) throw this.misplaced('no beginning');
    switch (event.type) {
      case 'content_block_start':
        this.begin(event.index, event.content_block);
        return;
      case 'content_block_delta':
        this.grow(this.openAt(event.index), event.delta);
        return;
      case 'content_block_stop':
        this.openAt(event.index);
        this.open = undefined;
        return;
      case 'message_delta':
        this.stop = event.delta.stop_reason;
        this.usage = latest(this.usage, event.usage);
        return;
      case 'message_stop':
        this.closed = true;
    }
  }

  /** @throws ModelUnavailableError for one that was cut */
  whole(requestId: string | undefined): ModelAnswer {
    if (!this.closed || this.open !== undefined || this.usage === undefined || this.stop === undefined)
      throw new ModelUnavailableError(`the model ${this.adapter} did not finish its answer`);
    const stop = STOPS[this.stop];
    return {
      content: this.blocks.flatMap((open) => this.written(open, stop)),
      stop,
      usage: usageOf(this.usage),
      ...(requestId === undefined ? {} : { requestId }),
    };
  }

  private begin(index: number, block: AnthropicBlock): void {
    if (this.open !== undefined || index !== this.blocks.length || this.stop !== undefined)
      throw this.misplaced('a block at the wrong time');
    // What it begins with is taken over, as it is whole where nothing is added.
    this.open = { block: { ...block }, json: '' };
    this.blocks.push(this.open);
  }

  private openAt(index: number): OpenBlock {
    if (this.open === undefined || index !== this.blocks.length - 1) throw this.misplaced('a piece of no open block');
    return this.open;
  }

  private grow(open: OpenBlock, delta: AnthropicDelta): void {
    const { block } = open;
    if (block.type === 'text' && delta.type === 'text_delta') block.text += delta.text;
    else if (block.type === 'thinking' && delta.type === 'thinking_delta') block.thinking += delta.thinking;
    else if (block.type === 'thinking' && delta.type === 'signature_delta') block.signature = delta.signature;
    else if (block.type === 'tool_use' && delta.type === 'input_json_delta') open.json += delta.partial_json;
    else throw this.misplaced('a piece of another kind than its block');
  }

  private written({ block, json }: OpenBlock, stop: ModelStop): ModelBlock[] {
    if (block.type === 'text') return [{ type: 'text', text: block.text }];
    if (block.type === 'tool_use') {
      // A call that was cut at the bound is not whole, and none of such an answer is made.
      if (stop === 'length') return [];
      const input = json === '' ? block.input : parsedJson(this.adapter, json, 'an input of a tool');
      return [{ type: 'tool-use', id: block.id, name: block.name, input }];
    }
    // One that was cut has no signature yet, and is of no use to anybody.
    const whole = thought.safeParse(block);
    if (!whole.success && stop === 'length') return [];
    return [{ type: 'opaque', adapter: this.adapter, data: parsedAs(this.adapter, thought, block, 'a thought') }];
  }

  private misplaced(what: string): ModelUnavailableError {
    return new ModelUnavailableError(`the model ${this.adapter} answered ${what}`);
  }
}

type UsageAtEnd = Extract<AnthropicEvent, { type: 'message_delta' }>['usage'];

const latest = (before: AnthropicUsage, end: UsageAtEnd): AnthropicUsage => ({
  input_tokens: end.input_tokens ?? before.input_tokens,
  output_tokens: end.output_tokens,
  cache_read_input_tokens: end.cache_read_input_tokens ?? before.cache_read_input_tokens,
  cache_creation_input_tokens: end.cache_creation_input_tokens ?? before.cache_creation_input_tokens,
});

/** The provider counts apart what it read from its cache, and what it wrote to it. */
function usageOf(usage: AnthropicUsage): ModelUsage {
  const cacheReadTokens = usage.cache_read_input_tokens ?? 0;
  const cacheWriteTokens = usage.cache_creation_input_tokens ?? 0;
  const inputTokens = usage.input_tokens + cacheReadTokens + cacheWriteTokens;
  return { inputTokens, outputTokens: usage.output_tokens, cacheReadTokens, cacheWriteTokens };
}
