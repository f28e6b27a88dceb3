import { describe, expect, it } from '@jest/globals';
import { event, personal } from '@isolith/contracts';
import { z } from 'zod';
import { all } from './group.js';
import { saga, type Saga } from './saga.js';
import { inspection, Inspected, waitingSaga } from '../spec-support/waiting-sagas.js';
import { DoWork, UndoWork } from '../spec-support/workshop.js';
import { workSaga, workStep, WorkState } from '../spec-support/work-saga.js';
import { step, type StepBuilder } from './step.js';
import { sagaViolations } from './verify-sagas.js';
import { LONGEST_WAIT_MS } from './wait.js';

const TIME = `a positive whole number of milliseconds up to ${LONGEST_WAIT_MS} (ten years)`;

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
  it('with their groups', () => {
    const stepsOf = (count: number, kind = '') => Array.from({ length: count }, (_, index) => `s${index}${kind}`);
    const wrong = saga({
      name: 'orders.wrong-groups',
      state: WorkState,
      steps: () => [
        workStep('a'),
        all('a', [workStep('b'), workStep('b')]),
        all<WorkState>('none', []),
        all('Big', [workStep('d'), workStep('p!')]),
        all('twice', [workStep('e'), workStep('x+')]),
        all('twice', stepsOf(17, '+').map(workStep)),
      ],
    });
    expect(problemsOf(wrong)).toEqual([
      'saga orders.wrong-groups: two steps are called b',
      'saga orders.wrong-groups: a step and a group are both called a',
      'saga orders.wrong-groups: group none has no steps',
      'saga orders.wrong-groups: group "Big": a group\'s name is lower-case-with-dashes',
      "saga orders.wrong-groups: group Big: step p is a pivot, which can't run beside others",
      'saga orders.wrong-groups: group twice has compensable and retriable steps; let each have a group of its own',
      'saga orders.wrong-groups: two groups are called twice',
      'saga orders.wrong-groups: group twice has 17 steps; 16 may run side by side',
      'saga orders.wrong-groups: step e has a compensation but comes after p, after which nothing is compensated',
    ]);
    expect(problemsOf(workSaga('orders.side-by-side', [['a', 'b'], 'p!', ['x+', 'y+']]))).toEqual([]);
  });

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
      `saga orders.empty: deadlineMs must be ${TIME}`,
      'saga orders.empty: it has no steps',
      'saga stock.count: its name begins with stock, but it is declared in orders',
    ]);
    expect(problemsOf(saga({ name: 'Orders.checkout', state: WorkState, steps: () => [workStep('a')] }))).toEqual([
      'saga Orders.checkout: "Orders.checkout" is not a message name; expected "context.message" in lower-case-with-dashes',
    ]);
  });

  it.each([0.5, Infinity, Number.NaN, 0, -1, LONGEST_WAIT_MS + 1])(
    'with times that are no whole number of milliseconds, or too many: %p',
    (ms) => {
      const timed = stepOf({ name: 'timed', invoke, pivot: true, timeoutMs: ms });
      expect(
        problemsOf(saga({ name: 'orders.timed', deadlineMs: ms, state: WorkState, steps: () => [timed] })),
      ).toEqual([
        `saga orders.timed: deadlineMs must be ${TIME}`,
        `saga orders.timed: step timed: timeoutMs must be ${TIME}`,
      ]);
    },
  );

  it.each([
    [0, 1],
    [Number.NaN, 1],
    [2, 1],
    [1, LONGEST_WAIT_MS + 1],
    [Infinity, Infinity],
  ])('with pauses that no clock can tell: %p to %p', (initialDelayMs, maxDelayMs) => {
    const tried = stepOf({ name: 'tried', invoke, pivot: true, retry: { initialDelayMs, maxDelayMs } });
    expect(problemsOf(saga({ name: 'orders.tried', state: WorkState, steps: () => [tried] }))).toEqual([
      'saga orders.tried: step tried: retry.initialDelayMs must be positive and at most retry.maxDelayMs, and that at most ten years',
    ]);
  });

  it('with an event that they name in two versions, in whichever of their definitions', () => {
    const token = z.string();
    class InspectedLater extends event('work.inspected', {
      input: z.object({ saga: z.string(), token }),
      key: 'saga',
      version: 2,
      upcasters: [{ from: 1, up: (data) => ({ ...data }) }],
    }) {}
    const waits = (
      name: `orders.${string}`,
      of: typeof Inspected,
      version = 1,
      former: readonly Saga<WorkState>[] = [],
    ) => saga({ name, version, former, state: WorkState, steps: () => [inspection({ event: of }), workStep('p!')] });
    const why =
      'an event that is newer than its class would never be taken: let all name the class of today, which reads the others';
    expect(problemsOf(waits('orders.one', Inspected), waits('orders.other', InspectedLater))).toEqual([
      `sagas wait for work.inspected of version 1 (orders.one) and of version 2 (orders.other); ${why}`,
    ]);
    const [before, after] = [waits('orders.kept', Inspected), waits('orders.kept', InspectedLater)];
    expect(
      problemsOf(waits('orders.kept', InspectedLater, 2, [before]), waits('orders.third', InspectedLater)),
    ).toEqual([
      `sagas wait for work.inspected of version 1 (orders.kept) and of version 2 (orders.kept, orders.third); ${why}`,
    ]);
    expect(problemsOf(waits('orders.kept', Inspected, 2, [after]))).toHaveLength(1);
    expect(problemsOf(waits('orders.kept', InspectedLater, 2, [after]), waitingSaga('orders.none', ['a']))).toEqual([]);
  });

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
