import { z } from 'zod';
import type { ModelMessage } from '../../model/model-message.js';
import { WireError, type ServedRequest } from './dialect.js';

const call = z.strictObject({
  id: z.string(),
  type: z.literal('function'),
  function: z.strictObject({ name: z.string(), arguments: z.string() }),
});
const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: z.string().regex(/\S/) }),
  z.strictObject({ role: z.literal('user'), content: z.string().regex(/\S/) }),
  z.strictObject({ role: z.literal('tool'), tool_call_id: z.string(), content: z.string() }),
  z
    .strictObject({
      role: z.literal('assistant'),
      content: z.string().regex(/\S/).nullable(),
      tool_calls: z.array(call).min(1).optional(),
    })
    .refine(({ content, tool_calls }) => content !== null || tool_calls !== undefined, 'says nothing'),
]);
type Message = z.output<typeof message>;

const body = z
  .strictObject({
    model: z.string().min(1),
    messages: z.array(message).min(1),
    tools: z
      .array(
        z.strictObject({
          type: z.literal('function'),
          function: z.strictObject({
            name: z.string(),
            description: z.string(),
            parameters: z.record(z.string(), z.unknown()),
          }),
        }),
      )
      .min(1)
      .optional(),
    max_tokens: z.int().min(1).optional(),
    max_completion_tokens: z.int().min(1).optional(),
    temperature: z.number().min(0).max(2).optional(),
    stream: z.boolean().default(false),
    stream_options: z.strictObject({ include_usage: z.boolean() }).optional(),
  })
  .refine((given) => (given.max_tokens === undefined) !== (given.max_completion_tokens === undefined), 'no one bound')
  .refine((given) => !given.stream || given.stream_options?.include_usage === true, 'nobody would learn of the usage');

/** @throws WireError for a body that the strictest of the servers refuses */
export function chatServed(given: unknown): ServedRequest {
  const parsed = body.safeParse(given);
  if (!parsed.success) throw new WireError(400, z.prettifyError(parsed.error));
  const { model, messages, tools = [], temperature, stream, max_tokens, max_completion_tokens } = parsed.data;
  const [first, ...rest] = messages;
  const instructions = first?.role === 'system' ? first.content : '';
  const request = {
    model,
    instructions,
    messages: messagesOf(first?.role === 'system' ? rest : messages),
    tools: tools.map(({ function: { name, description, parameters: inputSchema } }) => ({
      name,
      description,
      inputSchema,
    })),
    maxOutputTokens: max_tokens ?? max_completion_tokens ?? 0,
    ...(temperature === undefined ? {} : { temperature }),
  };
  return { request, stream, isCount: false };
}

/** Results, and what is said after them, are one message of a history. */
function messagesOf(given: readonly Message[]): ModelMessage[] {
  const messages: ModelMessage[] = [];
  let previous: Message['role'] | undefined;
  for (const one of given) {
    if (one.role === 'system') throw new WireError(400, 'a system message comes after others');
    const block = blockOf(one);
    const last = messages.at(-1);
    if (block === undefined) messages.push(assistantOf(one));
    else if (previous === 'tool' && last?.role === 'user') last.content.push(block);
    else messages.push({ role: 'user', content: [block] });
    previous = one.role;
  }
  return messages;
}

function blockOf(given: Message): Extract<ModelMessage, { role: 'user' }>['content'][number] | undefined {
  if (given.role === 'user') return { type: 'text', text: given.content };
  if (given.role !== 'tool') return undefined;
  return { type: 'tool-result', id: given.tool_call_id, content: given.content, failed: failedOf(given.content) };
}

function assistantOf(given: Message): ModelMessage {
  if (given.role !== 'assistant') throw new WireError(400, 'no answer');
  return {
    role: 'assistant',
    content: [
      ...(given.content === null ? [] : [{ type: 'text' as const, text: given.content }]),
      ...(given.tool_calls ?? []).map(({ id, function: { name, arguments: json } }) => ({
        type: 'tool-use' as const,
        id,
        name,
        input: parsed(json),
      })),
    ],
  };
}

const envelope = z.object({ failed: z.boolean() });
const failedOf = (content: string): boolean => envelope.safeParse(parsed(content)).data?.failed ?? false;

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
