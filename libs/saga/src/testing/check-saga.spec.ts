import { describe, expect, it } from '@jest/globals';
import { step } from '../definition/step.js';
import { agreed, pause, seeing, trialSaga, type TrialState } from './fixtures/trial-saga.js';
import { checkSaga, spelledViolation } from './index.js';

const DAY_MS = 86_400_000;
const until = (moment: Date) => step.wait<TrialState>({ name: 'until', until: () => moment });

describe('the kit', () => {
  it.each([
    ['with every kind of step', ['a', 'b', 'c!', 'd+']],
    ['without a pivot', ['a', 'b', 'c']],
    ['that is only ever repeated', ['a+', 'b+']],
    ['that rests between two steps', ['a', pause(), 'b!']],
    ['that rests longer than its deadline', ['a', step.wait<TrialState>({ name: 'long', for: 2 * DAY_MS }), 'b!']],
    ['that rests behind its pivot', ['a!', pause(), 'b+', pause('another')]],
    ['that waits for an event and goes on without', ['a', seeing(), 'b!']],
    ['that waits for an event or turns back', ['a', seeing({ otherwise: 'turn-back' }), 'b!']],
    ['that waits for two events of one key', ['a', seeing(), seeing({ name: 'again' }), 'b!']],
    ['that waits for an event behind its pivot', ['a!', seeing(), 'b+']],
    ['that rests until a moment', ['a', until(new Date('2031-01-01T06:00:00Z')), 'b!']],
    ['that rests until a moment that has passed', ['a', until(new Date('2021-01-01T06:00:00Z')), 'b!']],
    ['with steps side by side', ['a', ['b', 'c'], 'd!', ['e+', 'f+']]],
  ])('finds nothing in a sound saga %s', async (_, steps) => {
    const { violations, histories } = await checkSaga(trialSaga(steps), {
      ...agreed,
      now: new Date('2031-01-01T05:59:59Z'),
      maxHistories: 300,
    });
    expect(violations.map(spelledViolation)).toEqual([]);
    expect(histories).toBe(300);
  });

  it('tells how long ten years are by the time at which the trial begins', async () => {
    const trial = { ...agreed, now: new Date('2040-01-01T05:59:59Z'), maxHistories: 20 };
    const { violations } = await checkSaga(trialSaga(['a', until(new Date('2049-01-01T06:00:00Z')), 'b!']), trial);
    expect(violations.map(spelledViolation)).toEqual([]);
  });
});
