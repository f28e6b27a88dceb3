import { derivedId } from '@isolith/message-bus';
import type { SagaRow } from './progress.js';

/** A command that was refused is sent under another id, so often at most as far as whoever looks back is concerned. */
const REFUSALS = 3;

/** The id of a saga's command: `what` is the step, `step.compensate` or `.failed`. */
export function commandId({ name, id }: Pick<SagaRow, 'name' | 'id'>, what: string, refusals: number): string {
  return derivedId(`${name}:${id}`, refusals === 0 ? what : `${what}#${refusals}`);
}

/** The ids that a command of a saga may have had: how often it was refused is not kept once the step has ended. */
export const possibleCommandIds = (saga: Pick<SagaRow, 'name' | 'id'>, what: string): readonly string[] =>
  Array.from({ length: REFUSALS + 1 }, (_, refusals) => commandId(saga, what, refusals));
