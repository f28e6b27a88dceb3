import type { Answer } from '../trial/trace.js';

/**
 * A command of one event, by its reaction and its place in that: `low.tell/0`; that answers a refusal: `reorder/0
 * refused/0`.
 */
export type CommandName = string;

/** A command that was sent. */
export interface SentOf {
  readonly command: CommandName;
  readonly id: string;
  readonly name: string;
  /** As JSON, so that nobody changes it afterwards. */
  readonly input: string;
}

/** What happened to one event; `host` counts the lives of hosts. */
export type Happened =
  /** The event is handed over; `replay`: by a person, after it was parked. */
  | { readonly what: 'delivered'; readonly host: number; readonly replay: boolean }
  /** The choreography's own code made these commands, to answer the refusal of `after` or the event. */
  | {
      readonly what: 'made';
      readonly host: number;
      readonly reaction: string;
      readonly after: CommandName | undefined;
      readonly commands: readonly CommandName[];
    }
  | ({ readonly what: 'sent'; readonly host: number } & SentOf)
  | { readonly what: 'answered'; readonly host: number; readonly sent: SentOf; readonly answer: Answer }
  | { readonly what: 'effect'; readonly command: CommandName; readonly id: string }
  | { readonly what: 'handled' | 'crashed' | 'stood still'; readonly host: number }
  /** `final`: by a refusal that nobody answers; else after so many attempts. */
  | { readonly what: 'parked'; readonly host: number; readonly final: boolean; readonly type: string }
  /** It came to nothing, and the event comes again. */
  | { readonly what: 'failed'; readonly host: number; readonly error: unknown };

/** As a person reads it, a line for each. */
export const spelledHappened = (trace: readonly Happened[]): readonly string[] => trace.map(spelled);

function spelled(one: Happened): string {
  switch (one.what) {
    case 'delivered':
      return `host ${one.host} is given the event${one.replay ? ', which a person replays' : ''}`;
    case 'made':
      return `${one.reaction} answers ${one.after === undefined ? 'the event' : `the refusal of ${one.after}`} with [${one.commands.join(', ')}]`;
    case 'sent':
      return `host ${one.host} sends ${one.command} (${one.name}, id ${one.id.slice(0, 8)})`;
    case 'answered':
      return `host ${one.host} is answered ${one.sent.command}: ${one.answer.kind === 'done' ? 'done' : `${one.answer.kind} (${one.answer.type})`}`;
    case 'effect':
      return `${one.command} has its effect (id ${one.id.slice(0, 8)})`;
    case 'parked':
      return `host ${one.host} parks the event: ${one.type}`;
    case 'failed':
      return `host ${one.host} fails, and the event comes again: ${String(one.error)}`;
    default:
      return `host ${one.host}: ${one.what}`;
  }
}
