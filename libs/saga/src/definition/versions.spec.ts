import { describe, expect, it } from '@jest/globals';
import type { SagaDefinition } from './saga.js';
import { sagaViolations } from './verify-sagas.js';
import { knownVersions, planFor } from './versions.js';
import { workSaga, workStep, WorkState } from '../spec-support/work-saga.js';
import { saga } from './saga.js';

type Versions = Pick<SagaDefinition<typeof WorkState>, 'former' | 'upcasters'>;
const NAME = 'orders.aged';
const version = (number: number, more: Versions = {}) => workSaga(NAME, ['a'], number, more);
const up = (from: number, name = 'tokens') => ({
  from,
  up: (state: Readonly<Record<string, unknown>>) => ({ ...state, [name]: [`from ${from}`] }),
});
const problemsOf = (...sagas: readonly ReturnType<typeof version>[]) =>
  sagaViolations(
    'orders',
    sagas.map(({ plan }) => plan),
  );

describe('the definition that a saga goes on with', () => {
  const first = version(1);
  const third = version(3, { former: [first], upcasters: [up(2)] });
  const { plan } = version(5, { former: [third], upcasters: [up(4)] });

  it('is the one that it follows, or the one that has an upcaster for it', () => {
    expect([1, 2, 3, 4, 5, 6].map((each) => planFor(plan, each)?.version)).toEqual([1, 3, 3, 5, 5, undefined]);
    expect(knownVersions([plan])).toEqual([5, 4, 3, 2, 1].map((each) => ({ name: NAME, version: each })));
    expect(planFor(version(2).plan, 1)).toBeUndefined();
    expect(problemsOf(version(5, { former: [third], upcasters: [up(4)] }))).toEqual([]);
  });

  it('makes its state of an older one link by link, and checks it in the end', () => {
    const chained = version(3, {
      upcasters: [
        { from: 1, up: ({ id }) => ({ saga: id }) },
        { from: 2, up: (state) => ({ ...state, tokens: [] }) },
      ],
    });
    expect(chained.plan.upcast({ id: '7' }, 1)).toEqual({ saga: '7', tokens: [] });
    expect(chained.plan.upcast({ saga: '8' }, 2)).toEqual({ saga: '8', tokens: [] });
    expect(() => version(2, { upcasters: [up(1, 'other')] }).plan.upcast({ saga: '7' }, 1)).toThrow('tokens');
  });
});

describe('a host names everything that is wrong', () => {
  it('with the versions of its sagas', () => {
    const broken = saga({ name: NAME, version: 1, state: WorkState, steps: () => [workStep('Big')] });
    const wrong = version(5, {
      former: [broken, version(1), version(5), workSaga('orders.other', ['a'], 2)],
      upcasters: [up(1), up(3), up(3), up(5), up(0)],
    });
    expect(problemsOf(wrong)).toEqual([
      'saga orders.aged: its former definition is called orders.other',
      'saga orders.aged: its former definition has version 5, which is not below 5',
      'saga orders.aged: two former definitions have version 1',
      'saga orders.aged: an upcaster reads version 5, which is none before 5',
      'saga orders.aged: an upcaster reads version 0, which is none before 5',
      'saga orders.aged: no upcaster from version 2 to 3',
      'saga orders.aged: no upcaster from version 4 to 5',
      'saga orders.aged: two upcasters read version 3',
      'saga orders.aged: version 1 is a former definition and has an upcaster: its sagas finish on the one or move on by the other',
      'saga orders.aged: version 5 is a former definition and has an upcaster: its sagas finish on the one or move on by the other',
      `saga orders.aged (version 1): step "Big": a step's name is lower-case-with-dashes`,
    ]);
  });
});
