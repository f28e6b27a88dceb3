import { describe, expect, it } from '@jest/globals';
import { SagaNotFound } from './saga-failures.js';
import { workSaga } from '../spec-support/work-saga.js';
import type { Workshop } from '../spec-support/workshop.js';
import { withWorld } from '../spec-support/with-world.js';
import type { World } from '../spec-support/world.js';

const checkout = workSaga('orders.checkout', ['a', 'b']);
let world: World;
let workshop: Workshop;

withWorld((...given) => ([world, workshop] = given));

const patience = (): AbortSignal => AbortSignal.timeout(30_000);

describe('waiting for the end of a saga', () => {
  it('ends with it, completed or undone', async () => {
    const engine = world.engine([checkout], workshop.execute);
    await engine.start();
    await world.begin(engine, checkout, 'well');
    expect(await world.sagas(engine).ended(checkout, 'well', patience())).toBe('completed');
    workshop.script = ({ what }) => (what === 'do b' ? 'refuse' : 'none');
    await world.begin(engine, checkout, 'ill');
    expect(await world.sagas(engine).ended(checkout, 'ill', patience())).toBe('compensated');
    expect((await world.summary('ill')).status).toBe('compensated');
  });

  it('finds the end of one that had ended before', async () => {
    const engine = world.engine([checkout], workshop.execute);
    await engine.start();
    await world.begin(engine, checkout, 'before');
    await world.ended('before');
    expect(await world.sagas(engine).ended(checkout, 'before', patience())).toBe('completed');
  });

  it('finds the end that another host has brought about', async () => {
    const [here, there] = [world.engine([checkout], workshop.execute), world.engine([checkout], workshop.execute)];
    await world.begin(here, checkout, 'elsewhere');
    const ended = world.sagas(here).ended(checkout, 'elsewhere', patience());
    await there.start();
    expect(await ended).toBe('completed');
  });

  it('goes on while a person is needed, and is over with the signal', async () => {
    workshop.script = ({ what }) => (what === 'do a' ? 'error' : what === 'undo a' ? 'refuse' : 'none');
    const engine = world.engine([checkout], workshop.execute, { compensationAttempts: 1, random: () => 0 });
    await engine.start();
    await world.begin(engine, checkout, 'stuck');
    const patient = new AbortController();
    const ended = world.sagas(engine).ended(checkout, 'stuck', patient.signal);
    await world.reached('stuck', ({ status }) => status === 'needs-attention');
    patient.abort(new Error('enough'));
    await expect(ended).rejects.toThrow('enough');
  });

  it('is refused for a saga that does not exist', async () => {
    const engine = world.engine([checkout], workshop.execute);
    await expect(world.sagas(engine).ended(checkout, 'nobody', patience())).rejects.toThrow(SagaNotFound);
  });
});
