import { describe, expect, it } from '@jest/globals';
import { checkModel, modelObligations } from '../index.js';
import { anthropicOf, onServer } from './fixtures/factories.js';
import { mutants } from './fixtures/mutants.js';

/** Long enough for a whole model, short enough to wait for the mutants that hang. */
const PATIENCE_MS = 1_000;

describe('the conformance kit of models', () => {
  it.each(mutants)('finds $name', async ({ factory, foundBy }) => {
    const reports = await Promise.all(
      foundBy.map((id) => checkModel(factory, { only: [id], patienceMs: PATIENCE_MS })),
    );
    expect(reports.flatMap(({ failures }) => failures.map(({ obligation }) => obligation))).toEqual(foundBy);
    // What finds a defect is the model's behaviour, never a defect of the kit.
    const errors = reports.flatMap(({ failures }) => failures.map(({ error }) => error));
    expect(errors.filter((error) => error instanceof TypeError || error instanceof ReferenceError)).toEqual([]);
  });

  it('has mutants with names of their own', () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });

  it('has no obligation that no mutant breaks', () => {
    const found = new Set(mutants.flatMap(({ foundBy }) => foundBy));
    expect(modelObligations.map(({ id }) => id).filter((id) => !found.has(id))).toEqual([]);
  });

  it('holds a model to its deviations: none that it keeps, none that does not exist, and each that is true', async () => {
    const only = ['answer-text', 'fault-headers'];
    const reason = 'it may wait';
    const deviations = ['answer-text', 'fault-headers', 'fault-none'].map((obligation) => ({ obligation, reason }));
    const waiting = onServer((server, bounds) => anthropicOf(server, { ...bounds, idleMs: 1_000_000_000 }));
    const report = await checkModel(waiting, { only, deviations, patienceMs: PATIENCE_MS });
    expect(report.failures.map(({ obligation }) => obligation)).toEqual(['fault-none', 'answer-text']);
    expect(report.deviations).toEqual([{ obligation: 'fault-headers', reason }]);
  });
});
