import { z } from 'zod';

/** What a person, or an application in their name, says to a model. */
const said = z.object({ type: z.literal('text'), text: z.string() });

/** What the model said. */
const text = z.object({ type: z.literal('text'), text: z.string() });

/** The model wants a tool to be called; `input` is as the model wrote it, and fits nothing yet. */
export const toolUse = z.object({
  type: z.literal('tool-use'),
  /** The model's own name for the call, unique within its history. */
  id: z.string().min(1).max(200),
  name: z.string().min(1).max(200),
  input: z.unknown(),
});
/** One call that a model asks for. */
export type ToolUse = z.output<typeof toolUse>;

/** Something that only the adapter understands (a thought, a signature): it is given back byte for byte. */
const opaque = z.object({ type: z.literal('opaque'), adapter: z.string(), data: z.unknown() });

/** What became of one call of a tool. Data, never an instruction: adapters mark it as such. */
export const toolResult = z.object({
  type: z.literal('tool-result'),
  /** Of the ToolUse. */
  id: z.string(),
  /** JSON text. */
  content: z.string(),
  /** The call had no effect, or none that is known. */
  failed: z.boolean(),
});
/** What became of one call, as a model is told. */
export type ToolResult = z.output<typeof toolResult>;

export const modelBlock = z.discriminatedUnion('type', [text, toolUse, opaque]);
/** One piece of a model's answer. */
export type ModelBlock = z.output<typeof modelBlock>;

export const modelMessage = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), content: z.array(z.discriminatedUnion('type', [toolResult, said])) }),
  z.object({ role: z.literal('assistant'), content: z.array(modelBlock) }),
]);
/**
 * One message of a history. A history only grows, its roles take turns beginning with `user`, each tool use has its
 * result in the next message, and results come before what was said.
 */
export type ModelMessage = z.output<typeof modelMessage>;

export const modelUsage = z.object({
  /** All that was read, cached or not. */
  inputTokens: z.int().min(0),
  outputTokens: z.int().min(0),
  /** Of `inputTokens`: read from the provider's cache, and written to it. */
  cacheReadTokens: z.int().min(0).default(0),
  cacheWriteTokens: z.int().min(0).default(0),
});
/** What an answer has used. */
export type ModelUsage = z.output<typeof modelUsage>;

/** Why the model stopped: it is done, wants tools called, came to its bound, declined, or paused to be asked again. */
export const modelStop = z.enum(['done', 'tools', 'length', 'refused', 'paused']);
/** Why a model stopped. */
export type ModelStop = z.output<typeof modelStop>;
