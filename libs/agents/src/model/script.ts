import type { ModelBlock, ModelStop, ModelUsage } from './model-message.js';
import { ModelRejectedError, type ModelAnswer, type ModelRequest } from './model.js';

/** What a scripted model answers once. With calls it stops for them, otherwise it is done. */
export interface ScriptedTurn {
  /** What it thinks before: an opaque block, as it is to be given back. */
  readonly think?: string;
  readonly say?: string;
  readonly call?: readonly ScriptedCall[];
  readonly stop?: ModelStop;
  /** What is left out is made up: a token for four bytes of what was sent and of what is answered. */
  readonly usage?: Partial<ModelUsage>;
}

/** `id` where a script needs one that it knows; by default it follows from the place in the history. */
export interface ScriptedCall {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly id?: string;
}

/**
 * Turns in their order, or what to answer to a request. A list remembers nothing: the history says which turn is due,
 * so that a run that was killed gets the same one again. A function may throw what models throw.
 */
export type ModelScript =
  | readonly ScriptedTurn[]
  | ((asked: ModelRequest, signal: AbortSignal) => ScriptedTurn | Promise<ScriptedTurn>);

const BYTES_PER_TOKEN = 4;

/** @throws ModelRejectedError where a list is over */
export function turnOf(
  script: ModelScript,
  request: ModelRequest,
  signal: AbortSignal,
): ScriptedTurn | Promise<ScriptedTurn> {
  if (typeof script === 'function') return script(request, signal);
  const turn = script[request.messages.filter(({ role }) => role === 'assistant').length];
  if (turn === undefined) throw new ModelRejectedError(`the script has ${script.length} turns, and no other`);
  return turn;
}

/** A turn as the answer of the model of this name; cut where it is longer than what was asked for. */
export function answerOf(
  adapter: string,
  { think, say, call = [], stop, usage }: ScriptedTurn,
  request: ModelRequest,
): ModelAnswer {
  const content: ModelBlock[] = [
    ...(think === undefined ? [] : [{ type: 'opaque' as const, adapter, data: { thinking: think } }]),
    ...(say === undefined ? [] : [{ type: 'text' as const, text: say }]),
    ...call.map(({ tool: name, input, id }, index) => ({
      type: 'tool-use' as const,
      id: id ?? `call_${request.messages.length}_${index}`,
      name,
      input,
    })),
  ];
  const outputTokens = tokensOf(content);
  const madeUp = { inputTokens: tokensOf(request), outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const own = { content, stop: stop ?? (call.length > 0 ? 'tools' : 'done'), usage: { ...madeUp, ...usage } };
  return outputTokens > request.maxOutputTokens ? cut(own, request.maxOutputTokens) : own;
}

/** What is left of an answer at its bound: the beginning of its text. */
function cut({ content, usage }: ModelAnswer, atMost: number): ModelAnswer {
  const first = content.find((block) => block.type === 'text');
  const text = (first?.text ?? '').slice(0, atMost).toWellFormed();
  return { content: [{ type: 'text', text }], stop: 'length', usage: { ...usage, outputTokens: atMost } };
}

export const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
const tokensOf = (value: unknown): number => Math.ceil(bytesOf(value) / BYTES_PER_TOKEN);
