import { z } from 'zod';
import { all } from '../definition/group.js';
import { saga, type Saga, type SagaDefinition } from '../definition/saga.js';
import { step, type Step } from '../definition/step.js';
import { DoWork, Risky, TellFailed, UndoWork } from './workshop.js';

export const WorkState = z.object({ saga: z.string(), tokens: z.array(z.string()) });
export type WorkState = z.output<typeof WorkState>;

const retry = { attempts: 3, initialDelayMs: 1, maxDelayMs: 2 };

/** `a!` is a pivot, `a+` retriable, anything else compensable. */
export function workStep(spelled: string): Step<WorkState> {
  const name = spelled.replace(/[!+]$/, '');
  const base = {
    name,
    retry,
    invoke: (state: WorkState) => new DoWork({ saga: state.saga, step: name }),
    extend: (state: WorkState, { token }: { token: string }) => ({ ...state, tokens: [...state.tokens, token] }),
  };
  if (spelled.endsWith('!')) return step({ ...base, pivot: true });
  if (spelled.endsWith('+')) return step({ ...base, retriable: true });
  return step({
    ...base,
    compensate: (state: WorkState) => new UndoWork({ saga: state.saga, step: name }),
    compensateAfter: [Risky],
  });
}

/** A list among them is a group, named by its steps: `['b', 'c']` is `b-c`. */
export function workSaga(
  name: `orders.${string}`,
  steps: readonly (string | readonly string[])[],
  version = 1,
  more: Pick<SagaDefinition<typeof WorkState>, 'deadlineMs' | 'former' | 'upcasters'> = {},
): Saga<WorkState> {
  return saga({
    ...more,
    name,
    version,
    state: WorkState,
    steps: () =>
      steps.map((spelled) =>
        typeof spelled === 'string'
          ? workStep(spelled)
          : all(spelled.join('-').replaceAll(/[!+]/g, ''), spelled.map(workStep)),
      ),
    failed: (state, cause) => new TellFailed({ saga: state.saga, reason: cause.type }),
  });
}

/** For a version 2 that takes over what version 1 began, with its state as it is. */
export const MOVES_ON = { upcasters: [{ from: 1, up: (state: Readonly<Record<string, unknown>>) => ({ ...state }) }] };
