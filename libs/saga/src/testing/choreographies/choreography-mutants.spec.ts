import { describe, expect, it } from '@jest/globals';
import { spelledViolation } from '../index.js';
import {
  brokenChoreographies,
  brokenReacts,
  type ChoreographyMutant,
} from '../../spec-support/broken-choreographies.js';
import { OTHER_RULES } from './check-choreography.js';
import { eventHistoryRules } from './event-rules.js';

const mutants = [...brokenReacts, ...brokenChoreographies];

async function expectFound({ check, foundBy }: ChoreographyMutant): Promise<void> {
  const { violations } = await check();
  expect(violations.map(({ rule }) => rule)).toEqual(expect.arrayContaining([...foundBy]));
  for (const one of violations) expect(spelledViolation(one)).toContain('host 1 is given the event');
}

describe('the kit for choreographies', () => {
  it.each(brokenReacts)('finds what runs one that $name', expectFound);

  it.each(brokenChoreographies)('finds one that $name', expectFound);

  it('has no rule that no mutant breaks', () => {
    const found = new Set(mutants.flatMap(({ foundBy }) => foundBy));
    expect([...eventHistoryRules, ...OTHER_RULES].map(({ id }) => id).filter((id) => !found.has(id))).toEqual([]);
  });
});
