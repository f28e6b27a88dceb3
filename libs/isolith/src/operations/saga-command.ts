import { line, parseName } from '@isolith/contracts';
import { sagaStatus, type SagaStatusName } from '@isolith/saga';
import type { z } from 'zod';
import { reason as because } from './operator-text.js';
import { sagaAction } from './saga-messages.js';

/** What a command line asks to be done with sagas. */
export type SagaCommand =
  | { readonly do: 'list'; readonly status: SagaStatusName }
  | { readonly do: 'show'; readonly saga: SagaOnLine }
  | {
      readonly do: z.output<typeof sagaAction>;
      readonly saga: SagaOnLine;
      readonly reason: string;
    };

/** A saga by its name, which begins with its context, and its id. */
export interface SagaOnLine {
  readonly context: string;
  readonly name: string;
  readonly id: string;
}

const ID = line(500);

const USAGE = [
  `expected one of`,
  `  list [STATUS]                  the youngest of each context; STATUS is ${sagaStatus.options.join(', ')}; needs-attention where none is said`,
  `  show NAME ID                   one saga with its timeline`,
  `  ${sagaAction.options.join('|')} NAME ID REASON`,
  `as in: retry orders.checkout 7d44… "the provider is back"`,
];

/** What the words of a command line ask for, or what was expected instead, in lines. */
export function sagaCommand(words: readonly string[]): SagaCommand | { readonly problem: readonly string[] } {
  const [verb = 'list', ...rest] = words;
  if (verb === 'list') return listed(rest);
  const action = sagaAction.safeParse(verb);
  if (verb !== 'show' && !action.success) return { problem: USAGE };
  const [name = '', id = '', ...said] = rest;
  const context = contextOf(name);
  if (context === undefined) return refused(`the name of a saga is context.process, not "${name}"`);
  if (!ID.safeParse(id).success) return refused('the id of the saga has to stand behind its name');
  const saga = { context, name, id };
  if (!action.success) return said.length === 0 ? { do: 'show', saga } : { problem: USAGE };
  const reason = because.safeParse(said.join(' '));
  return reason.success
    ? { do: action.data, saga, reason: reason.data }
    : refused('a reason has to stand behind the id: 1 to 500 characters without control characters');
}

function contextOf(name: string): string | undefined {
  try {
    return parseName(name).context;
  } catch {
    // Said by whoever asked.
    return undefined;
  }
}

function listed([said = 'needs-attention', ...more]: readonly string[]): ReturnType<typeof sagaCommand> {
  const status = sagaStatus.safeParse(said);
  return status.success && more.length === 0 ? { do: 'list', status: status.data } : { problem: USAGE };
}

const refused = (why: string): { readonly problem: readonly string[] } => ({ problem: [why, ...USAGE] });
