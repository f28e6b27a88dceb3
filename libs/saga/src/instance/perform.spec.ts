import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { tellable } from '@isolith/contracts';
import { WHATEVER_IS_THROWN } from '@isolith/contracts/testing';
import { MessageRouter } from '@isolith/message-bus';
import type { Command } from '@nestjs/cqrs';
import { perform } from './perform.js';
import type { PlannedStep } from '../definition/saga.js';
import type { Execute } from '../definition/step.js';
import { sagaRow } from '../spec-support/saga-row.js';
import { workSaga } from '../spec-support/work-saga.js';
import { DoWork } from '../spec-support/workshop.js';

const { plan } = workSaga('orders.work', ['a']);
const row = sagaRow('orders.work', { id: '1', state: { saga: '1', tokens: [] } });
const router = new MessageRouter({ placement: { here: ['orders', 'work'] }, onError: () => undefined });
// The router yields what the command's contract declares.
const execute: Execute = async <R>(command: Command<R>) => (await router.send(command)) as R;
const seen: unknown[] = [];

beforeAll(async () => {
  router.handle({ message: DoWork, by: 'do', invoke: async () => ({ token: 't' }) });
  router.useInbox('work', {
    command: (_envelope, _contract, handle, newId) => (seen.push(newId), handle()),
    event: async () => undefined,
  });
  await router.listenHere();
});
beforeEach(() => void (seen.length = 0));
afterAll(() => router.close());

/** Performs a step that sends what it is given, one after the other. */
async function sent(
  commands: readonly DoWork[],
  unsent: boolean,
  what: 'step' | 'compensate' = 'step',
): Promise<readonly unknown[]> {
  const send = async (each: Execute): Promise<void> => {
    for (const command of commands) await each(command);
  };
  const [planned] = plan.steps;
  if (planned === undefined) throw new Error('the plan has a step');
  const step: PlannedStep = {
    ...planned,
    run: async (_state, each) => send(each),
    compensate: async (_state, each) => send(each),
  };
  const action =
    what === 'step' ? { do: what, step } : { do: what, step, cause: { step: 'a', type: 't', detail: 'd' } };
  const outcome = await perform('orders', plan, row, action, execute, () => undefined, unsent);
  expect(outcome.kind).toBe('done');
  return seen;
}

const work = (): DoWork => new DoWork({ saga: '1', step: 'a' });

describe('the id of a step', () => {
  it('is new to its first command when nothing was sent for it, and to no other', async () => {
    expect(await sent([work(), work()], true)).toEqual([true, false]);
  });

  it('is not new to a command that is sent again, the same object', async () => {
    const command = work();
    expect(await sent([command, command], true)).toEqual([true, false]);
  });

  it('is not new when it may have been sent', async () => {
    expect(await sent([work()], false)).toEqual([false]);
  });
});

it('the id of a compensation is never taken for new', async () => {
  expect(await sent([work()], true, 'compensate')).toEqual([false]);
});

describe.each(WHATEVER_IS_THROWN)('code of a saga that throws $what (fault 5)', ({ make }) => {
  it('leaves the step open, and is told of by an error that can be told', async () => {
    const [planned] = plan.steps;
    if (planned === undefined) throw new Error('the plan has a step');
    const step: PlannedStep = {
      ...planned,
      run: async () => {
        throw make();
      },
    };
    const own: unknown[] = [];
    const outcome = await perform('orders', plan, row, { do: 'step', step }, execute, (error) => own.push(error), true);
    expect(outcome).toMatchObject({ kind: 'open', type: 'saga-error', declared: false });
    expect(own.map((error) => tellable(error) === error)).toEqual([true]);
  });
});
