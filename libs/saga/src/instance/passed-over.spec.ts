import { describe, expect, it } from '@jest/globals';
import { all } from '../definition/group.js';
import { saga, type Saga } from '../definition/saga.js';
import type { Step } from '../definition/step.js';
import { sagaViolations } from '../definition/verify-sagas.js';
import { diagramOf } from '../diagram/diagram-of.js';
import { inspection, pause, waitingSaga } from '../spec-support/waiting-sagas.js';
import { workStep, WorkState } from '../spec-support/work-saga.js';
import { DoWork } from '../spec-support/workshop.js';
import { checkSaga, sagaUnderTest, spelledViolation } from '../testing/index.js';

/** The step, taken only by a saga that has so many tokens or more. */
const from = (tokens: number, taken: Step<WorkState>): Step<WorkState> => ({
  ...taken,
  when: (state) => state.tokens.length >= tokens,
});
const never = (name: string): Step<WorkState> => from(99, workStep(name));
const state = { saga: '1', tokens: [] };
const under = (declared: Saga<WorkState>) => sagaUnderTest(declared).answering(DoWork, { token: 't' });
const stepsOf = (sent: readonly { readonly command: object }[]): readonly string[] =>
  sent.flatMap(({ command }) => (command instanceof DoWork ? command.step : []));

describe('a step with a when', () => {
  it('is passed over, first, last and several of them, or taken by the state as it is by then', async () => {
    const steps = [
      never('a'),
      'b',
      never('c'),
      never('d'),
      from(1, workStep('e')),
      from(2, workStep('f')),
      never('g+'),
    ];
    const { status, sent, timeline } = await under(waitingSaga('orders.some', steps)).run(state);
    expect({ status, sent: stepsOf(sent), timeline }).toEqual({
      status: 'completed',
      sent: ['b', 'e', 'f'],
      timeline: ['begun', 'b done', 'e done', 'f done'],
    });
  });

  it('that was passed over is not undone, whatever fails', async () => {
    const steps = ['a', never('b'), from(1, workStep('c')), 'p!', never('x+'), 'y+'];
    const { violations } = await checkSaga(waitingSaga('orders.some-back', steps), {
      begin: state,
      receivers: (receivers) => void receivers.answering(DoWork, () => ({ token: 't' })),
      maxHistories: 300,
    });
    expect(violations).toEqual([]);
  });

  it('may be a wait', async () => {
    const steps = ['a', { ...pause(5_000), when: () => false }, { ...inspection(), when: () => false }, 'b!'];
    expect(await under(waitingSaga('orders.no-rest', steps)).run(state)).toMatchObject({ status: 'completed' });
  });

  it('that can not say asks what came before it again, under its id, until somebody mends it', async () => {
    let broken = true;
    const torn: Step<WorkState> = {
      ...workStep('b'),
      when: () => {
        if (broken) throw new Error('torn');
        return false;
      },
    };
    const run = await under(waitingSaga('orders.torn', ['a', torn, 'c'])).run(state);
    expect(run).toMatchObject({ status: 'needs-attention' });
    expect(run.timeline.at(-1)).toMatch(/^needs attention/);
    expect(new Set(run.sent.map(({ id }) => id)).size).toBe(1);
    broken = false;
    expect(await under(waitingSaga('orders.torn', ['a', torn, 'c'])).run(state)).toMatchObject({ status: 'completed' });
    const noAnswer = { ...workStep('b'), when: () => 'yes' as unknown as boolean };
    const { errors } = await under(waitingSaga('orders.unclear', ['a', noAnswer])).run(state);
    expect(errors[0]).toMatchObject({ message: 'when() of step b has to yield true or false' });
  });

  it('that can not say without a reply refuses the skip of that, and breaks no trial', async () => {
    const after: Step<WorkState> = {
      ...workStep('b'),
      when: ({ tokens }) => {
        if (tokens.length === 0) throw new TypeError('no token');
        return true;
      },
    };
    const { violations } = await checkSaga(waitingSaga('orders.needs-it', ['a', after, 'p!']), {
      begin: state,
      receivers: (receivers) => void receivers.answering(DoWork, () => ({ token: 't' })),
      maxHistories: 1,
    });
    expect(violations.map(spelledViolation)).toEqual([]);
  });

  it('is refused where something has to be done', () => {
    const wrong = saga({
      name: 'orders.wrong',
      state: WorkState,
      steps: () => [never('a'), all('g', [never('b')]), { ...workStep('p!'), when: () => true }],
    });
    expect(sagaViolations('orders', [wrong.plan])).toEqual([
      'saga orders.wrong: each of its steps has a when: one that it always takes is needed',
      'saga orders.wrong: step p is the pivot, so it has no when: something has to decide',
      'saga orders.wrong: group g: step b has a when, which only a step by itself can',
    ]);
  });

  it('shows in the diagram', () => {
    expect(diagramOf(waitingSaga('orders.drawn', ['a', never('b')]))).toContain('["b<br>or passed over"]');
  });
});
