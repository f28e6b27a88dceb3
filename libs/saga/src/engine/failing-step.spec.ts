import { describe, expect, it } from '@jest/globals';
import { workSaga } from '../spec-support/work-saga.js';
import type { Workshop } from '../spec-support/workshop.js';
import { withWorld } from '../spec-support/with-world.js';
import type { World } from '../spec-support/world.js';

const NAME = 'orders.three-steps';
const threeSteps = workSaga(NAME, ['first', 'second', 'third']);

let world: World;
let workshop: Workshop;
withWorld((...given) => ([world, workshop] = given));

describe('a failing third step', () => {
  it('compensates the second and the first, in that order', async () => {
    workshop.script = ({ what }) => (what === 'do third' ? 'refuse' : 'none');
    const engine = world.engine([threeSteps], workshop.execute);
    await engine.start();
    await world.begin(engine, threeSteps, 'refused');
    expect(await world.ended('refused')).toBe('compensated');
    expect(workshop.done()).toEqual(['do first', 'do second', 'undo second', 'undo first', 'tell-failed']);
    await engine.drain(AbortSignal.timeout(1_000));
  });
});

describe('a failing compensation', () => {
  it('raises the alert, and the others go on', async () => {
    workshop.script = ({ what, envelope }) => {
      if (what === 'do third') return 'refuse';
      return what === 'undo second' && JSON.stringify(envelope.data).includes('stuck') ? 'refuse' : 'none';
    };
    const engine = world.engine([threeSteps], workshop.execute, { concurrency: 1, compensationAttempts: 3 });
    await engine.start();
    await world.beginTogether(engine, threeSteps, ['stuck', 'other', 'another']);
    expect(await world.ended('stuck')).toBe('needs-attention');
    for (const id of ['other', 'another']) expect(await world.ended(id)).toBe('compensated');
    expect(world.logged).toEqual([
      {
        level: 'error',
        entry: expect.objectContaining({
          message: `saga ${NAME} needs attention`,
          id: 'stuck',
          step: 'second',
          attempts: 3,
        }),
      },
    ]);
    // What metrics, and the alert on them, count.
    expect(await world.overview.counts()).toContainEqual({ name: NAME, status: 'needs-attention', count: 1 });
    expect(workshop.done('undo first')).toHaveLength(2);
    await engine.drain(AbortSignal.timeout(1_000));
  });
});
