import type { CallToolResult } from '@modelcontextprotocol/server';
import type { ToolAnswer } from '../../tools/tool-answer.js';

/** Why a call was not made, or had no effect: as data, for whoever asked for it. */
export interface Refusal {
  readonly type: string;
  readonly detail: string;
  readonly [more: string]: unknown;
}

/** A result that is an error, told as data. */
export function refused(refusal: Refusal): CallToolResult {
  return { isError: true, content: [{ type: 'text', text: JSON.stringify(refusal) }], structuredContent: refusal };
}

/**
 * What became of a call. One that is done has its answer as text, and as an object where its tool has told the schema
 * of one; what failed, or may have had its effect, is an error.
 */
export function resultOf(answer: ToolAnswer, hasOutputSchema: boolean): CallToolResult {
  const content: CallToolResult['content'] = [{ type: 'text', text: answer.content }];
  if (answer.outcome !== 'done') return { isError: true, content };
  if (!hasOutputSchema) return { content };
  return isObject(answer.output)
    ? { content, structuredContent: answer.output }
    : // Clients hold what is structured against the schema, and half an answer does not fit it.
      {
        isError: true,
        content: [...content, { type: 'text', text: 'The answer is too long and was cut; ask for less.' }],
      };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
