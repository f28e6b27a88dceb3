import { type Principal, steadyNow, tellable } from '@isolith/contracts';
import { runAs, withOptions } from '@isolith/message-bus';
import type { Command } from '@nestjs/cqrs';
import { commandId } from './command-id.js';
import type { SingleAction } from './next-action.js';
import { outcomeOfError, type StepOutcome } from './outcome.js';
import type { SagaRow } from './progress.js';
import type { SagaPlan } from '../definition/saga.js';
import type { Execute } from '../definition/step.js';

/** Told of errors that an outcome can't show: what the saga's own code threw. */
export type OwnErrorSink = (error: unknown) => void;

/**
 * Sends what is due, as the saga's context on behalf of the user who began it, and waits for the end of the attempt.
 * `unsent`: nothing was sent for the step that is due, as far as this host can know; its receiver is spared a look.
 */
export async function perform(
  context: string,
  plan: SagaPlan,
  row: SagaRow,
  action: SingleAction,
  execute: Execute,
  onOwnError: OwnErrorSink,
  unsent: boolean,
): Promise<StepOutcome> {
  const { state, principal, correlation_id: correlationId, remaining_ms: remainingMs, traceparent } = row;
  // Nobody waits beyond the saga's deadline for a step that will then be undone. It only saves time: the database
  // decides.
  const bounded = action.do === 'step' && action.step.kind === 'compensable' && remainingMs !== null;
  const deadline = bounded ? { deadline: steadyNow() + Math.ceil(remainingMs) } : {};
  let answer: { readonly error: unknown } | undefined;
  let newId = unsent && action.do === 'step';
  const sending =
    (what: string, more: { timeoutMs?: number; revokes?: string } = {}): Execute =>
    async <R>(command: Command<R>) => {
      // Another release of this saga may write the command of a step differently; the step is the same, and so is its
      // effect.
      const options = { id: commandId(row, what, row.refusals), byId: true, newId, principal, ...more };
      // All that a step sends has one id, which is new to the first.
      newId = false;
      try {
        return await execute(withOptions(command, options));
      } catch (error) {
        answer = { error };
        throw error;
      }
    };
  try {
    return await runAs(
      context,
      async () => {
        switch (action.do) {
          case 'step': {
            const { step } = action;
            return { kind: 'done', state: await step.run(state, sending(step.name, timeout(step.timeoutMs))) };
          }
          case 'remind': {
            const { step, remind } = action;
            await remind.send(state, sending(`${step.name}.remind-${remind.nth}`));
            return { kind: 'done', state };
          }
          case 'compensate': {
            const { step } = action;
            // Only the first id of a compensable step was ever sent: a refusal ends it.
            const revokes = commandId(row, step.name, 0);
            await step.compensate(state, sending(`${step.name}.compensate`, { ...timeout(step.timeoutMs), revokes }));
            return { kind: 'done', state };
          }
          case 'tell-failed':
            await plan.failed?.(state, action.cause, sending('.failed'));
            return { kind: 'done', state };
        }
      },
      { principal, correlationId, ...(traceparent === null ? {} : { traceparent }), ...deadline },
    );
  } catch (thrown) {
    const answered = answer !== undefined && answer.error === thrown;
    const error = tellable(thrown);
    if (!answered) onOwnError(error);
    return outcomeOfError(error, answered);
  }
}

const timeout = (timeoutMs: number | undefined): { timeoutMs?: number } =>
  timeoutMs === undefined ? {} : { timeoutMs };

/** Whom a saga speaks for: its context, and the user that began it. Roles are a request's, not a process'. */
export const principalOf = (context: string, { user }: Principal): Principal => ({
  service: context,
  roles: [],
  ...(user === undefined ? {} : { user }),
});
