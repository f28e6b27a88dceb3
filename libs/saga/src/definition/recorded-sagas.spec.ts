import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { checkVersion } from '@isolith/contracts/testing';
import { checkRecordedSagas } from '../testing/check-recorded-sagas.js';
import { MOVES_ON, workSaga } from '../spec-support/work-saga.js';
import { compareSagas, recordSagas } from './recorded-sagas.js';
import { saga } from './saga.js';

const seed = Number(process.env['PROPERTY_SEED'] ?? Date.now() % 1_000_000);
const NAME = 'orders.kept';
const first = workSaga(NAME, ['a', ['b', 'c'], 'd!']);
const recorded = recordSagas([], [first]);
const changes = (...sagas: Parameters<typeof recordSagas>[1]) =>
  compareSagas(recorded, recordSagas(recorded, sagas)).map(
    ({ place, what, breaking }) => `${breaking ? 'breaking' : 'compatible'} ${place}: ${what}`,
  );
const WAY = 'list the definition of version 1 in `former`, or write upcasters: [{ from: 1, up: (state) => … }]';

describe('a saga beside the golden file', () => {
  it('is recorded with its steps, its state and whose sagas it moves', () => {
    expect(recorded).toEqual([
      {
        name: NAME,
        version: 1,
        moves: [1],
        steps: ['a (compensable)', 'b-c/b (compensable)', 'b-c/c (compensable)', 'd (pivot)'],
        state: {
          type: 'object',
          properties: { saga: { type: 'string' }, tokens: { type: 'array', items: { type: 'string' } } },
          required: ['saga', 'tokens'],
        },
      },
    ]);
    expect(changes(first)).toEqual([]);
  });

  it('that changed in steps or state without another version breaks what is in flight, and it is said what to write', () => {
    expect(changes(workSaga(NAME, ['a', 'd!']))).toEqual([
      'breaking steps: were a (compensable), b-c/b (compensable), b-c/c (compensable), d (pivot), are a (compensable), d (pivot)',
      `breaking version: is still 1: raise it to 2, and ${WAY}`,
    ]);
    const other = saga({ name: NAME, state: z.object({ saga: z.string(), tokens: z.int() }), steps: () => [] });
    expect(changes(other)).toContain('breaking state/tokens: type was "array", is "integer"');
  });

  it('in a new version needs a way for those that the last one began', () => {
    expect(changes(workSaga(NAME, ['a', 'd!'], 2))).toEqual([
      `breaking version: was 1, is 2, and nobody moves those that version 1 began: ${WAY}`,
    ]);
    const goesOn = ['compatible version: was 1, is 2; those that version 1 began go on'];
    expect(changes(workSaga(NAME, ['a', 'd!'], 2, { former: [first] }))).toEqual(goesOn);
    expect(changes(workSaga(NAME, ['a', 'd!'], 2, MOVES_ON))).toEqual(goesOn);
  });

  it('never abandons a version whose sagas it moved, in the same version or in a later one', () => {
    const [second, third] = [workSaga(NAME, ['a'], 2, MOVES_ON), workSaga(NAME, ['a'], 3, { former: [] })];
    const kept = recordSagas(recorded, [second]);
    const lines = (...sagas: Parameters<typeof recordSagas>[1]) =>
      compareSagas(kept, recordSagas(kept, sagas)).map(({ place, what, breaking }) => [breaking, place, what]);
    const lost = (is: number) => [
      true,
      'version',
      `version ${is} no longer moves those that version 1 began, of which some may be unfinished: ${WAY}`,
    ];
    expect(lines(second)).toEqual([]);
    expect(lines(workSaga(NAME, ['a'], 2))).toEqual([lost(2)]);
    expect(lines(workSaga(NAME, ['a'], 3, { former: [workSaga(NAME, ['a'], 2)] }))).toEqual([
      [false, 'version', 'was 2, is 3; those that version 2 began go on'],
      lost(3),
    ]);
    expect(lines(third)).toEqual([
      [true, 'version', `was 2, is 3, and nobody moves those that version 2 began: ${WAY.replaceAll('1', '2')}`],
      lost(3),
    ]);
    const further = { from: 2, up: (state: Readonly<Record<string, unknown>>) => ({ ...state }) };
    const both = workSaga(NAME, ['a'], 3, { upcasters: [...MOVES_ON.upcasters, further] });
    expect(lines(both)).toEqual([[false, 'version', 'was 2, is 3; those that version 2 began go on']]);
  });

  it('never goes away or back while it may be in flight', () => {
    expect(changes()).toEqual(['breaking : the saga is gone; those that are unfinished rest for ever']);
    const second = recordSagas(recorded, [workSaga(NAME, ['a'], 2, MOVES_ON)]);
    expect(compareSagas(second, recorded)[0]?.what).toBe('was 2, is 1: nobody moves those that version 2 began');
  });
});

describe(`a state that was saved by a former version (seed ${seed})`, () => {
  const second = workSaga(NAME, ['a'], 2, MOVES_ON);

  it('can be read by the definition that goes on with it', () => {
    expect(() => checkRecordedSagas([second], recorded, checkVersion, { seed })).not.toThrow();
    expect(() =>
      checkRecordedSagas([workSaga(NAME, ['a'], 2, { former: [first] })], recorded, checkVersion, { seed }),
    ).not.toThrow();
  });

  it('is named when it can not, also in the versions after the next', () => {
    const forgets = { from: 1, up: () => ({ saga: 'gone' }) };
    const wrong = workSaga(NAME, ['a'], 2, { upcasters: [forgets] });
    expect(() => checkRecordedSagas([wrong], recorded, checkVersion, { seed })).toThrow(
      /^orders\.kept: what version 1 recorded can't be read: .*\/tokens/,
    );
    const third = workSaga(NAME, ['a'], 3, { upcasters: [forgets, { from: 2, up: (state) => ({ ...state }) }] });
    const both = recordSagas(recorded, [second]);
    expect(both[0]?.former?.map(({ version }) => version)).toEqual([1]);
    expect(() => checkRecordedSagas([third], both, checkVersion, { seed })).toThrow('version 1');
  });

  it('is kept as it is where a former definition goes on with it', () => {
    const changed = saga({
      name: NAME,
      state: z.object({ saga: z.string(), tokens: z.array(z.string()), more: z.string() }),
      steps: () => [],
    });
    const formed = saga({
      name: NAME,
      version: 2,
      former: [changed],
      state: z.object({}),
      steps: () => [],
    });
    expect(() => checkRecordedSagas([formed], recorded, checkVersion, { seed })).toThrow('/more');
  });
});
