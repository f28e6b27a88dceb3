import type { Choreography } from '../choreography/choreography.js';
import type { Reaction } from '../choreography/reaction.js';
import { flowchart, node, otherwise, next } from './mermaid.js';

const IGNORED = 'ignored';

/**
 * Events on the left, the commands that answer them on the right. Where a refusal is answered a dotted arrow says by
 * what; any other one parks the event, which is left out.
 */
export function choreographyDiagram({ reactions }: Choreography): string {
  const events = distinct(reactions.map(({ event }) => event.contract.name));
  const sent = distinct(reactions.flatMap(commandsOf));
  const eventId = ({ event }: Reaction): string => `event${events.indexOf(event.contract.name) + 1}`;
  const commandId = (name: string): string => `command${sent.indexOf(name) + 1}`;
  const refusals = reactions.flatMap(({ event, send, refused }) => {
    if (refused === 'parked') return [];
    const to = refused === IGNORED ? IGNORED : commandId(refused.contract.name);
    return [otherwise(commandId(send.contract.name), to, `refused, after ${event.contract.name}`)];
  });
  return flowchart('LR', [
    ...events.map((name, index) => node(`event${index + 1}`, 'end', name)),
    ...sent.map((name) => node(commandId(name), 'box', name)),
    ...(reactions.some(({ refused }) => refused === IGNORED) ? [node(IGNORED, 'end', IGNORED)] : []),
    ...reactions.map((reaction) => next(eventId(reaction), commandId(reaction.send.contract.name))),
    ...distinct(refusals),
  ]);
}

const commandsOf = ({ send, refused }: Reaction): readonly string[] =>
  [send, ...(typeof refused === 'string' ? [] : [refused])].map(({ contract }) => contract.name);

const distinct = (all: readonly string[]): readonly string[] => [...new Set(all)];
