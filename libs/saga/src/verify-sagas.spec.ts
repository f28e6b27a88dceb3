import { describe, expect, it } from '@jest/globals';
import { personal } from '@isolith/contracts';
import { z } from 'zod';
import { saga, type Saga } from './saga.js';
import { DoWork, UndoWork } from './spec-support/workshop.js';
import { workSaga, workStep, WorkState } from './spec-support/work-saga.js';
import { step, type StepBuilder } from './step.js';
import { sagaViolations } from './verify-sagas.js';

const stepOf: StepBuilder<WorkState> = step;
const problemsOf = (...sagas: readonly Saga<never>[]): readonly string[] =>
  sagaViolations(
    'orders',
    sagas.map(({ plan }) => plan),
  );
const invoke = (state: WorkState) => new DoWork({ saga: state.saga, step: 'a' });

describe('the reply of a step', () => {
  it('has the type that the command declares', () => {
    stepOf({
      name: 'a',
      invoke,
      pivot: true,
      extend: (state, reply) => ({ ...state, tokens: [reply.token] }),
    });
    step({ name: 'a', invoke, pivot: true, extend: (state, reply) => ({ ...state, tokens: [reply.token] }) });
    stepOf({
      name: 'a',
      invoke,
      pivot: true,
      // @ts-expect-error the reply has no such field
      extend: (state, reply) => ({ ...state, tokens: [reply.amount] }),
    });
    // @ts-expect-error the extended state has another type
    stepOf({ name: 'a', invoke, pivot: true, extend: (state) => ({ ...state, tokens: 1 }) });
    saga({
      name: 'orders.typed',
      state: z.object({ other: z.string() }),
      // @ts-expect-error a step over another state
      steps: () => [step({ name: 'a', invoke, pivot: true })],
    });
    const both = { name: 'a', invoke, pivot: true, compensate: () => new UndoWork({ saga: '1', step: 'a' }) } as const;
    // @ts-expect-error both a compensation and a pivot
    stepOf(both);
    expect(
      problemsOf(workSaga('orders.fine', ['a', 'p!', 'x+']), workSaga('orders.all-retriable', ['x+', 'y+'])),
    ).toEqual([]);
  });
});

describe('a host names everything that is wrong with its sagas', () => {
  it('with their steps', () => {
    // @ts-expect-error neither compensate nor pivot nor retriable
    const undecided = stepOf({ name: 'undecided', invoke });
    const badRetry = { ...workStep('late'), retry: { attempts: 0 } };
    const wrong = saga({
      name: 'orders.wrong',
      state: WorkState,
      steps: () => [undecided, workStep('r+'), workStep('p!'), workStep('p!'), badRetry, workStep('Big')],
    });
    expect(problemsOf(wrong)).toEqual([
      'saga orders.wrong: two steps are called p',
      'saga orders.wrong: step undecided has neither compensate nor pivot nor retriable',
      'saga orders.wrong: step late: retry.attempts must be a positive integer',
      'saga orders.wrong: step "Big": a step\'s name is lower-case-with-dashes',
      'saga orders.wrong: it has 2 pivots: p, p',
      'saga orders.wrong: step late has a compensation but comes after r, after which nothing is compensated',
      'saga orders.wrong: step Big has a compensation but comes after r, after which nothing is compensated',
      'saga orders.wrong: step r is retriable but comes before the pivot p; it could not be undone',
    ]);
  });

  it('with their names and numbers', () => {
    const empty = saga({ name: 'orders.empty', version: 0, deadlineMs: 0, state: WorkState, steps: () => [] });
    expect(
      problemsOf(
        empty,
        workSaga('orders.same', ['a']),
        workSaga('orders.same', ['a']),
        saga({ name: 'stock.count', state: WorkState, steps: () => [workStep('a')] }),
      ),
    ).toEqual([
      'saga orders.same is declared twice',
      'saga orders.empty: version must be a positive integer',
      'saga orders.empty: deadlineMs must be a positive whole number of milliseconds',
      'saga orders.empty: it has no steps',
      'saga stock.count: its name begins with stock, but it is declared in orders',
    ]);
    expect(problemsOf(saga({ name: 'Orders.checkout', state: WorkState, steps: () => [workStep('a')] }))).toEqual([
      'saga Orders.checkout: "Orders.checkout" is not a message name; expected "context.message" in lower-case-with-dashes',
    ]);
  });

  it.each([0.5, Infinity, Number.NaN, 0, -1, 2 ** 53])(
    'with times that are no whole number of milliseconds: %p',
    (ms) => {
      const timed = stepOf({ name: 'timed', invoke, pivot: true, timeoutMs: ms });
      expect(
        problemsOf(saga({ name: 'orders.timed', deadlineMs: ms, state: WorkState, steps: () => [timed] })),
      ).toEqual([
        'saga orders.timed: deadlineMs must be a positive whole number of milliseconds',
        'saga orders.timed: step timed: timeoutMs must be a positive whole number of milliseconds',
      ]);
    },
  );

  it('with their state', () => {
    const state = z.object({ saga: z.string(), at: z.date(), address: personal(z.string()) });
    const steps = [
      step({
        name: 'a',
        invoke: (typed: z.output<typeof state>) => new DoWork({ saga: typed.saga, step: 'a' }),
        pivot: true,
      }),
    ];
    expect(problemsOf(saga({ name: 'orders.leaky', state, steps: () => steps }))).toEqual([
      'saga orders.leaky: state: not JSON-safe at /at: date',
      'saga orders.leaky: state: personal data at /address would be kept',
    ]);
  });
});
