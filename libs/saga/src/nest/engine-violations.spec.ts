import { expect, it } from '@jest/globals';
import { engineViolations } from './engine-violations.js';

it.each([
  {},
  { pollMs: undefined },
  { leaseMs: 100, concurrency: 1, pollMs: 1, compensationAttempts: 1, outageAttempts: 1 },
  { leaseMs: 600_000, concurrency: 10_000, pollMs: 600_000, compensationAttempts: 1e6, outageAttempts: 1e6 },
])('an engine works with %j', (options) => {
  expect(engineViolations(options)).toEqual([]);
});

it('names all that no engine can work with, whatever it is', () => {
  // @ts-expect-error no number
  const text = engineViolations({ leaseMs: '5000' });
  const refusals = engineViolations({
    leaseMs: Infinity,
    concurrency: 0,
    pollMs: Number.NaN,
    compensationAttempts: 1.5,
    outageAttempts: -1,
  });
  expect([...text, ...refusals]).toEqual([
    'leaseMs must be a whole number from 100 to 600000, not 5000',
    'leaseMs must be a whole number from 100 to 600000, not Infinity',
    'concurrency must be a whole number from 1 to 10000, not 0',
    'pollMs must be a whole number from 1 to 600000, not NaN',
    'compensationAttempts must be a whole number from 1 to 1000000, not 1.5',
    'outageAttempts must be a whole number from 1 to 1000000, not -1',
  ]);
});
