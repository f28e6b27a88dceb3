import type { ModelMessage } from '../model/model-message.js';

/**
 * Why a history is none that a strict model takes, as `ModelMessage` states it. Written for specs of runs, apart from
 * the rules that the scripted model has.
 */
export function unlawful(messages: readonly ModelMessage[]): string | undefined {
  if (messages.at(-1)?.role !== 'user') return 'it does not end with the user';
  let open: readonly string[] = [];
  const used = new Set<string>();
  for (const [place, { role, content }] of messages.entries()) {
    if (role !== (place % 2 === 0 ? 'user' : 'assistant')) return `message ${place}: it is not the turn of ${role}`;
    if (role === 'user') {
      const kinds = content.map(({ type }) => type);
      if (kinds.length === 0) return `message ${place}: nothing is said`;
      if (kinds.lastIndexOf('tool-result') > kinds.indexOf('text') && kinds.includes('text'))
        return `message ${place}: a result after a text`;
      const results = content.flatMap((block) => (block.type === 'tool-result' ? [block.id] : []));
      if (results.toSorted().join() !== open.toSorted().join())
        return `message ${place}: results ${results.join()} of ${open.join()}`;
      open = [];
    } else {
      open = content.flatMap((block) => (block.type === 'tool-use' ? [block.id] : []));
      if (open.some((id) => used.has(id))) return `message ${place}: an id is used twice`;
      for (const id of open) used.add(id);
    }
  }
  return undefined;
}
