import { describe, expect, it } from '@jest/globals';
import { brokenActs } from './fixtures/broken-acts.js';
import { brokenHosts } from './fixtures/broken-hosts.js';
import { brokenSagas } from './fixtures/broken-sagas.js';
import { brokenHearing, brokenTimers } from './fixtures/broken-waits.js';
import { brokenWhens } from './fixtures/broken-whens.js';
import type { SagaMutant } from './fixtures/saga-mutant.js';
import { HOLDS_AT_THE_END } from './breaches.js';
import { spelledViolation } from './index.js';
import { sagaRules } from './rules/saga-rules.js';
import { SAME_AGAIN } from './same-again.js';

const mutants = [...brokenHosts, ...brokenWhens, ...brokenTimers, ...brokenHearing, ...brokenActs, ...brokenSagas];

async function expectFound({ check, foundBy }: SagaMutant): Promise<void> {
  const { violations } = await check();
  expect(violations.map(({ rule }) => rule)).toEqual(expect.arrayContaining([...foundBy]));
  // Whoever reads it is told the rule, what breaks it and all that happened.
  for (const one of violations) {
    expect(one.problem).not.toBe('');
    expect(spelledViolation(one)).toContain(`${one.rule}: ${one.problem}\n`);
    expect(spelledViolation(one)).toContain('host 1 saves');
  }
}

describe('the kit', () => {
  it.each([...brokenHosts, ...brokenWhens])('finds an engine that $name', expectFound);

  it.each(brokenTimers)('finds timers of an engine that $name', expectFound);

  it.each(brokenHearing)('finds an engine with events that $name', expectFound);

  it.each(brokenActs)('finds an engine that $name, whose operators are broken', expectFound);

  it.each(brokenSagas)('finds a saga that $name', expectFound);

  it('has mutants with names of their own, each found by something', () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
    expect(mutants.filter(({ foundBy }) => foundBy.length === 0)).toEqual([]);
  });

  it('has no rule that no mutant breaks', () => {
    const found = new Set(mutants.flatMap(({ foundBy }) => foundBy));
    const rules = [...sagaRules, SAME_AGAIN, HOLDS_AT_THE_END].map(({ id }) => id);
    expect(rules.filter((id) => !found.has(id))).toEqual([]);
  });
});
