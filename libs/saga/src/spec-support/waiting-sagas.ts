import { event } from '@isolith/contracts';
import { z } from 'zod';
import type { Reminder, WaitForSpec } from '../definition/wait.js';
import { saga, type Saga } from '../definition/saga.js';
import type { Step } from '../definition/step.js';
import { step } from '../definition/step.js';
import { TellFailed } from './workshop.js';
import { workStep, type WorkState, WorkState as state } from './work-saga.js';

/** What the sagas of these specs wait for: work that somebody else has inspected. */
export class Inspected extends event('work.inspected', {
  input: z.object({ saga: z.string(), token: z.string() }),
  key: 'saga',
}) {}

type Waits = Partial<WaitForSpec<WorkState, typeof Inspected>>;

/** Waits for `Inspected` of the saga's own id, for an hour; `more` says otherwise. */
export const inspection = (more: Waits = {}): Step<WorkState> =>
  step.waitFor<WorkState, typeof Inspected>({
    name: 'inspection',
    event: Inspected,
    key: ({ saga: id }) => id,
    extend: (before, { token }) => ({ ...before, tokens: [...before.tokens, token] }),
    within: 3_600_000,
    otherwise: 'turn-back',
    ...more,
  });

export const asking = (everyMs: number, times: number): Reminder<WorkState> => ({
  everyMs,
  times,
  command: ({ saga: id }) => new TellFailed({ saga: id, reason: 'inspect it' }),
});

export const pause = (ms: number): Step<WorkState> => step.wait<WorkState>({ name: 'pause', for: ms });

/** Steps spelled as `workStep` takes them, and such that wait. */
export const waitingSaga = (
  name: `orders.${string}`,
  steps: readonly (string | Step<WorkState>)[],
  more: { readonly deadlineMs?: number; readonly version?: number } = {},
): Saga<WorkState> =>
  saga({
    ...more,
    name,
    state,
    steps: () => steps.map((each) => (typeof each === 'string' ? workStep(each) : each)),
    failed: ({ saga: id }, cause) => new TellFailed({ saga: id, reason: cause.type }),
  });
