import { z } from 'zod';
import { problemsOfUse, usesOf } from './history-rules.js';
import { problemOfJson } from './kept-json.js';
import { modelBlock, modelStop, modelUsage, type ModelBlock, type ModelStop } from './model-message.js';
import { ModelUnavailableError, type ModelAnswer, type ModelRequest } from './model.js';

const answer = z.object({
  content: z.array(modelBlock),
  stop: modelStop,
  usage: modelUsage.refine(
    ({ inputTokens, cacheReadTokens, cacheWriteTokens }) => cacheReadTokens + cacheWriteTokens <= inputTokens,
    'has more in the cache than was read',
  ),
  requestId: z.string().max(200).optional(),
});

/**
 * What an adapter has put together, as the port promises it. Blank texts are left out, as no provider takes them back.
 * Calls are kept where they are to be made alone: an answer that came to its bound may have a call that is not whole.
 *
 * @throws ModelUnavailableError for an answer that the next request could not give back: the model may do better
 */
export function wholeAnswer(request: ModelRequest, given: ModelAnswer): ModelAnswer {
  const parsed = answer.safeParse(given);
  if (!parsed.success) {
    const paths = parsed.error.issues.map(({ path }) => path.join('.'));
    throw new ModelUnavailableError(`the model's answer is none: ${[...new Set(paths)].slice(0, 5).join(', ')}`);
  }
  const { content, stop, usage, requestId } = parsed.data;
  const problem = problemOfJson(content) ?? problemOfCalls(request, content, stop);
  if (problem !== undefined) throw new ModelUnavailableError(`the model's answer is none: ${problem}`);
  const settled = stop === 'done' && content.some(({ type }) => type === 'tool-use') ? 'tools' : stop;
  return {
    content: content.filter((block) => isKept(block, settled)),
    stop: settled,
    usage,
    ...(requestId === undefined ? {} : { requestId }),
  };
}

function problemOfCalls(
  { messages }: ModelRequest,
  content: readonly ModelBlock[],
  stop: ModelStop,
): string | undefined {
  if (stop === 'tools' && content.every(({ type }) => type !== 'tool-use'))
    return 'it wants tools called, and names none';
  const seen = new Set(messages.flatMap((message) => usesOf(message).map(({ id }) => id)));
  for (const block of content) {
    if (block.type !== 'tool-use') continue;
    const [problem] = problemsOfUse(block);
    if (problem !== undefined) return problem;
    if (seen.has(block.id)) return 'the id of a tool use is not unique';
    seen.add(block.id);
  }
  return undefined;
}

function isKept(block: ModelBlock, stop: ModelStop): boolean {
  if (block.type === 'text') return block.text.trim() !== '';
  return block.type === 'opaque' || stop === 'tools';
}
