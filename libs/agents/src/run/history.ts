import type { ModelMessage } from '../model/model-message.js';
import type { RunState } from './run-state.js';

type UserMessage = Extract<ModelMessage, { role: 'user' }>;

/** Said in the user's place to a model that has paused, since roles take turns and nothing else is to be said. */
const GO_ON = 'Go on.';

/**
 * What the model is asked with next: all that was asked and answered, then the results of the last answer's calls, then
 * what was said up to the entry `upTo`. What was said later comes with the request after that.
 */
export const historyFor = (state: RunState, upTo: number): readonly ModelMessage[] => [
  ...state.messages,
  nextMessage(state, upTo),
];

/** The message that the next answer answers. */
export function nextMessage({ calls, said, stop }: RunState, upTo: number): UserMessage {
  const results = calls.flatMap(({ result }) => (result === undefined ? [] : [result]));
  const texts = said.filter(({ seq }) => seq <= upTo).map(({ text }) => ({ type: 'text' as const, text }));
  const content = [...results, ...texts];
  return {
    role: 'user',
    content: content.length === 0 && stop === 'paused' ? [{ type: 'text', text: GO_ON }] : content,
  };
}
