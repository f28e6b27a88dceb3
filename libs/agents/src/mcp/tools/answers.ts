import type { CallToolResult } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { ToolAnswer } from '../../tools/tool-answer.js';

/** Why a call was not made, or did not come to what was asked: as data, for whoever asked for it. */
const refusal = z.looseObject({ failed: z.string(), detail: z.string() });

/** A result that is an error, told as data: of which kind, and why. */
export function refused(failed: string, detail: string, more: object = {}): CallToolResult {
  const structuredContent = { failed, detail, ...more };
  return { isError: true, content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
}

/**
 * What became of a call. One that is done has its answer as text, and as an object where its tool has told the schema
 * of one; what failed, may have had its effect, or is too long for an answer, is an error.
 */
export function resultOf(answer: ToolAnswer, hasOutputSchema: boolean): CallToolResult {
  const content: CallToolResult['content'] = [{ type: 'text', text: answer.content }];
  if (answer.outcome !== 'done') {
    const told = refusal.safeParse(JSON.parse(answer.content));
    return { isError: true, content, ...(told.success ? { structuredContent: told.data } : {}) };
  }
  if (!hasOutputSchema) return { content };
  // Clients hold what is structured against the schema, and a beginning does not fit it.
  return isObject(answer.output) ? { content, structuredContent: answer.output } : { isError: true, content };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
