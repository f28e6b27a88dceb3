import type { ModelMessage, ToolUse } from './model-message.js';
import type { ModelRequest, OfferedTool } from './model.js';

/** What every provider takes as the name of a tool. */
export const TOOL_NAME = /^[a-zA-Z0-9_-]{1,64}$/;
/** What every provider takes as the id of a call. */
export const USE_ID = /^[a-zA-Z0-9_-]{1,200}$/;

/** Above it some take a temperature, below it all that take one. */
const HOTTEST = 2;

/**
 * Why a provider would refuse a request for good, as far as it can be told before anybody is asked: the strictest of
 * the providers is the measure. Empty for a lawful one. A problem names places, and nothing of what was said.
 */
export function problemsOfRequest(request: ModelRequest): readonly string[] {
  return [
    ...(request.model.trim() === '' ? ['model: is blank'] : []),
    ...problemsOfBounds(request),
    ...problemsOfTools(request.tools),
    ...problemsOfHistory(request.messages),
    ...(request.tools.length === 0 && usesTools(request.messages) ? ['tools: none, and the history uses some'] : []),
  ];
}

/** Why a history is none that a model could have come to. */
export function problemsOfHistory(messages: readonly ModelMessage[]): readonly string[] {
  const seen = new Set<string>();
  const problems = messages.flatMap((message, index) => {
    const found =
      message.role === 'user'
        ? problemsOfUser(message, usesOf(messages[index - 1]))
        : problemsOfAssistant(message, seen);
    if (message.role !== (index % 2 === 0 ? 'user' : 'assistant'))
      found.push('the roles do not take turns, user first');
    return found.map((problem) => `messages.${index}: ${problem}`);
  });
  // An answer that is begun by whoever asks is refused by the newer models.
  return messages.at(-1)?.role === 'user' ? problems : [...problems, "messages: the last one is not the user's"];
}

type Of<R extends ModelMessage['role']> = Extract<ModelMessage, { role: R }>;

function problemsOfUser({ content }: Of<'user'>, uses: readonly ToolUse[]): string[] {
  const problems = content.length === 0 ? ['it is empty'] : [];
  const firstText = content.findIndex(({ type }) => type === 'text');
  const results = content.filter((block) => block.type === 'tool-result').map(({ id }) => id);
  const asked = new Set(uses.map(({ id }) => id));
  if (content.some((block) => block.type === 'text' && block.text.trim() === '')) problems.push('a text is blank');
  if (firstText >= 0 && content.slice(firstText).some(({ type }) => type === 'tool-result'))
    problems.push('a tool result comes after a text');
  if (new Set(results).size < results.length) problems.push('a tool use has two results');
  if (results.some((id) => !asked.has(id))) problems.push('a tool result has no tool use in the message before');
  if ([...asked].some((id) => !results.includes(id)))
    problems.push('a tool use of the message before has no tool result');
  return problems;
}

/** An answer may be empty: adapters write something in its place. `seen` are the ids of the calls before. */
function problemsOfAssistant({ content }: Of<'assistant'>, seen: Set<string>): string[] {
  const problems = content.some((block) => block.type === 'text' && block.text.trim() === '')
    ? ['a text is blank']
    : [];
  for (const block of content) {
    if (block.type !== 'tool-use') continue;
    problems.push(...problemsOfUse(block));
    if (seen.has(block.id)) problems.push('the id of a tool use is not unique');
    seen.add(block.id);
  }
  return problems;
}

/** Why a history may not hold this call, whatever else is in it. */
export function problemsOfUse({ id, name, input }: ToolUse): string[] {
  return [
    ...(USE_ID.test(id) ? [] : ['the id of a tool use is not of letters, digits, _ and -, 200 at most']),
    ...(TOOL_NAME.test(name) ? [] : ['the name of a tool use is not of letters, digits, _ and -, 64 at most']),
    ...(typeof input === 'object' && input !== null && !Array.isArray(input)
      ? []
      : ['the input of a tool use is no object']),
  ];
}

function problemsOfTools(tools: readonly OfferedTool[]): string[] {
  const names = tools.map(({ name }) => name);
  return tools.flatMap(({ name, inputSchema }, index) => {
    const combined = ['anyOf', 'oneOf', 'allOf'].filter((keyword) => keyword in inputSchema);
    return [
      ...(TOOL_NAME.test(name) ? [] : ['its name is not of letters, digits, _ and -, 64 at most']),
      ...(names.indexOf(name) === index ? [] : ['its name is not unique']),
      ...(inputSchema['type'] === 'object' ? [] : ['its schema is not of an object']),
      ...combined.map((keyword) => `its schema has ${keyword} at the top`),
    ].map((problem) => `tools.${index}: ${problem}`);
  });
}

function problemsOfBounds({ maxOutputTokens, temperature }: ModelRequest): string[] {
  const isBound = Number.isSafeInteger(maxOutputTokens) && maxOutputTokens >= 1;
  const isWarm = temperature === undefined || (temperature >= 0 && temperature <= HOTTEST);
  return [
    ...(isBound ? [] : ['maxOutputTokens: is no whole number from 1']),
    ...(isWarm ? [] : [`temperature: is not from 0 to ${HOTTEST}`]),
  ];
}

/** The calls that a message asks for. */
export function usesOf(message: ModelMessage | undefined): readonly ToolUse[] {
  return message?.role === 'assistant' ? message.content.filter((block) => block.type === 'tool-use') : [];
}

const usesTools = (messages: readonly ModelMessage[]): boolean =>
  messages.some(({ content }) => content.some(({ type }) => type === 'tool-use' || type === 'tool-result'));
