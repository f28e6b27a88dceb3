import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ModelMessage } from '../../model/model-message.js';
import type { ServedRequest } from './dialect.js';
import { WireError } from './dialect.js';

const cache = {
  cache_control: z.strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() }).nullish(),
};
const text = z.strictObject({ type: z.literal('text'), text: z.string().regex(/\S/), ...cache });
const toolUse = z.strictObject({
  type: z.literal('tool_use'),
  id: z.string(),
  name: z.string(),
  input: z.record(z.string(), z.unknown()),
  ...cache,
});
const toolResult = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z.string(),
  is_error: z.boolean().optional(),
  ...cache,
});
const thinking = z.strictObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() });

const message = z.discriminatedUnion('role', [
  z.strictObject({
    role: z.literal('user'),
    content: z.array(z.discriminatedUnion('type', [text, toolResult])).min(1),
  }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z.array(z.discriminatedUnion('type', [text, toolUse, thinking])).min(1),
  }),
]);
type Message = z.output<typeof message>;

const counted = {
  model: z.string().min(1),
  messages: z.array(message).min(1),
  system: z.array(text).min(1).optional(),
  tools: z
    .array(
      z.strictObject({
        name: z.string(),
        description: z.string(),
        input_schema: z.record(z.string(), z.unknown()),
        ...cache,
      }),
    )
    .optional(),
};
const askBody = z.strictObject({
  ...counted,
  max_tokens: z.int().min(1),
  stream: z.boolean().default(false),
  temperature: z.number().min(0).max(1).optional(),
});
const countBody = z.strictObject(counted);

const MOST_MARKS = 4;

/** @throws WireError for a body that the provider refuses */
export function anthropicRequest(isCount: boolean, given: unknown): ServedRequest {
  const parsed = isCount
    ? countBody
        .transform((body) => ({ ...body, max_tokens: 1, stream: false, temperature: undefined }))
        .safeParse(given)
    : askBody.safeParse(given);
  if (!parsed.success) throw new WireError(400, z.prettifyError(parsed.error));
  const { model, messages, system = [], tools = [], max_tokens: maxOutputTokens, stream, temperature } = parsed.data;
  if (marksIn(given) > MOST_MARKS) throw new WireError(400, `more than ${MOST_MARKS} blocks have cache_control`);
  const request = {
    model,
    instructions: system.map((block) => block.text).join('\n'),
    messages: messages.map(messageOf),
    tools: tools.map(({ name, description, input_schema: inputSchema }) => ({ name, description, inputSchema })),
    maxOutputTokens,
    ...(temperature === undefined ? {} : { temperature }),
  };
  return { request, stream, isCount };
}

function messageOf(given: Message, index: number): ModelMessage {
  if (given.role === 'user')
    return {
      role: 'user',
      content: given.content.map((block) =>
        block.type === 'text'
          ? { type: 'text', text: block.text }
          : { type: 'tool-result', id: block.tool_use_id, content: block.content, failed: block.is_error ?? false },
      ),
    };
  const thoughts = given.content.filter((block) => block.type === 'thinking');
  for (const block of thoughts)
    if (block.signature !== signatureOf(block.thinking))
      throw new WireError(400, `messages.${index}: a thinking block was modified`);
  if (given.content.at(-1)?.type === 'thinking')
    throw new WireError(400, `messages.${index}: the final block is thinking`);
  return {
    role: 'assistant',
    content: given.content.map((block) => {
      if (block.type === 'text') return { type: 'text', text: block.text };
      if (block.type === 'thinking') return { type: 'opaque', adapter: 'wire', data: { thinking: block.thinking } };
      const signature = THOUGHTFUL.exec(block.id)?.[1];
      if (signature !== undefined && !thoughts.some((one) => one.signature.startsWith(signature)))
        throw new WireError(400, `messages.${index}: the thinking before a tool use is missing`);
      return { type: 'tool-use', id: block.id, name: block.name, input: block.input };
    }),
  };
}

/** The end of an id of a call that the model came to by thinking. */
const THOUGHTFUL = /_t([0-9a-f]{8})$/;

export const thoughtfulId = (id: string, thought: string): string => `${id}_t${signatureOf(thought).slice(0, 8)}`;

/** Thoughts are signed, and come back as they were. */
export const signatureOf = (thought: string): string => createHash('sha256').update(thought).digest('hex');

const marksIn = (body: unknown): number => JSON.stringify(body).split('"cache_control"').length - 1;
