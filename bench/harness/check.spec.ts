import { describe, expect, it } from '@jest/globals';
import { fallen } from './check.js';
import { reached, type Level, type RaceResult } from './result.js';

const spread = (median: number) => ({ low: median, median, high: median });
const level = (atOnce: number, ratio: number, goal: Level['goal'] = {}): Level => ({
  atOnce,
  goal,
  contenders: [
    { name: 'raw', role: 'ceiling', rate: spread(1_000), ratio: spread(1) },
    { name: 'Isolith', role: 'ours', rate: spread(1_000 * ratio), ratio: spread(ratio) },
  ],
});
const measured = (...levels: Level[]): RaceResult => ({
  kind: 'race',
  subject: 'append',
  title: 'Append',
  operation: 'an append',
  rounds: 1,
  roundMs: 1,
  levels,
  environment: { cpu: 'a', cores: 2, memoryGiB: 4, system: 'linux', node: 'v24' },
});

describe('the guard', () => {
  it('names each level whose ratio fell by more than a third', () => {
    expect(fallen(measured(level(1, 0.59), level(16, 0.61)), measured(level(1, 0.9), level(16, 0.9)))).toEqual([
      'append at 1: 0.590 of the ceiling, 0.900 on record',
    ]);
  });

  it('has nothing to say of what is not on record', () => {
    expect(fallen(measured(level(1, 0.1)), undefined)).toEqual([]);
    expect(fallen(measured(level(1, 0.1)), measured(level(16, 1)))).toEqual([]);
  });
});

describe('a goal', () => {
  it('is reached by the share of the ceiling, to two digits, and by the time of one operation', () => {
    expect([0.944, 0.946].map((ratio) => reached(level(1, ratio, { ratio: 0.95 })))).toEqual([false, true]);
    expect([990, 1_010].map((atMostUs) => reached(level(1, 1, { atMostUs })))).toEqual([false, true]);
    expect(reached(level(1, 1))).toBeUndefined();
  });
});
