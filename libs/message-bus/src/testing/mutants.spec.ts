import { describe, expect, it } from '@jest/globals';
import { oneHost } from './fixtures/mutant.js';
import { mutants } from './fixtures/mutants.js';
import { Whole } from './fixtures/broken-transports.js';
import { checkTransport, kitObligations } from './index.js';

/** Long enough for a whole transport, short enough to wait for the mutants that hang. */
const PATIENCE_MS = 400;

describe('the conformance kit', () => {
  it.each(mutants)('finds $name', async ({ factory, foundBy }) => {
    const reports = await Promise.all(
      foundBy.map((id) => checkTransport(factory, { deviations: [], patienceMs: PATIENCE_MS, only: [id] })),
    );
    expect(reports.flatMap(({ failures }) => failures.map(({ obligation }) => obligation))).toEqual(foundBy);
    // What finds a defect is the transport's behaviour, never a defect of the kit.
    expect(
      reports.flatMap(({ failures }) =>
        failures.filter(({ error }) => error instanceof TypeError || error instanceof ReferenceError),
      ),
    ).toEqual([]);
  });

  it('has mutants with names of their own, each found by something', () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
    expect(mutants.filter(({ foundBy }) => foundBy.length === 0)).toEqual([]);
  });

  it('has no obligation that no mutant breaks', () => {
    const found = new Set(mutants.flatMap(({ foundBy }) => foundBy));
    expect(kitObligations.map(({ id }) => id).filter((id) => !found.has(id))).toEqual([]);
  });

  it('finds nothing in what the mutants are made of', async () => {
    expect(
      (
        await checkTransport(
          oneHost(() => new Whole()),
          { deviations: [] },
        )
      ).failures,
    ).toEqual([]);
  });
});
