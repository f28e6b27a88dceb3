import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { saga, type Saga } from '../definition/saga.js';
import { step, type Step } from '../definition/step.js';
import { inspection, Inspected, waitingSaga } from '../spec-support/waiting-sagas.js';
import { withWorld } from '../spec-support/with-world.js';
import { DoWork, UndoWork, type Workshop } from '../spec-support/workshop.js';
import { workSaga, workStep, WorkState } from '../spec-support/work-saga.js';
import type { World } from '../spec-support/world.js';
import type { SagaEngine } from './saga-engine.js';

/** What the table of these specs can not hold. */
const REFUSED = 'refused';
const TROUBLE = { type: 'saga-error', detail: expect.stringContaining('23514') };
const ann = { operator: 'ann', reason: 'the release is mended' };

let world: World;
let workshop: Workshop;
let engine: SagaEngine;
withWorld((...given) => ([world, workshop] = given));
beforeEach(() =>
  world.context.unit.run(async () => {
    await world.context.unit.execute(
      `ALTER TABLE orders.saga DROP CONSTRAINT IF EXISTS no_such_token,
       ADD CONSTRAINT no_such_token CHECK (NOT state->'tokens' ? '${REFUSED}')`,
    );
  }),
);
afterEach(() => engine.drain(AbortSignal.timeout(5_000)));

const started = async (...sagas: readonly Saga<WorkState>[]): Promise<void> => {
  engine = world.engine(sagas, workshop.execute, { pollMs: 20 });
  await engine.start();
};
const spoiling = (token: string): Step<WorkState> =>
  step({
    name: 'b',
    invoke: ({ saga: id }: WorkState) => new DoWork({ saga: id, step: 'b' }),
    extend: (state: WorkState) => ({ ...state, tokens: [token] }),
    compensate: ({ saga: id }: WorkState) => new UndoWork({ saga: id, step: 'b' }),
  });
const spoilt = (token: string): Saga<WorkState> =>
  saga({ name: 'orders.spoilt', state: WorkState, steps: () => [workStep('a'), spoiling(token), workStep('c!')] });

describe('what the database refuses to keep for good', () => {
  it('of a step is a matter for a person, who retries once it is mended; the others go on', async () => {
    const sound = workSaga('orders.sound', ['a', 'b!']);
    await started(spoilt(REFUSED), sound);
    await world.begin(engine, spoilt(REFUSED), 'step');
    for (const id of ['one', 'other']) await world.begin(engine, sound, id);
    expect(await world.ended('step')).toBe('needs-attention');
    for (const id of ['one', 'other']) expect(await world.ended(id)).toBe('completed');
    // As it was before: what was done is asked for again, under the same id.
    expect(await world.row('orders.spoilt', 'step')).toMatchObject({ step: 'b', done: ['a'], trouble: TROUBLE });
    expect(await world.timeline('orders.spoilt', 'step')).toEqual(['begun', 'a done', 'needs attention: saga-error']);
    expect(workshop.received.filter(({ what }) => what === 'do b')).toHaveLength(3);
    expect(
      world.logged.filter(({ entry }) => JSON.stringify(entry).includes(`spoilt came to can't be saved`)),
    ).toHaveLength(1);
    await engine.drain(AbortSignal.timeout(5_000));
    await started(spoilt('mended'));
    await world.operations(engine).retry('orders.spoilt', 'step', ann);
    expect(await world.ended('step')).toBe('completed');
    expect(workshop.done('do b')).toHaveLength(3);
  });

  it('of an event that it waited for', async () => {
    const extend = (state: WorkState): WorkState => ({ ...state, tokens: [REFUSED] });
    const waits = waitingSaga('orders.hears', ['a', inspection({ extend }), 'b!']);
    await started(waits);
    await world.arrives(engine, new Inspected({ saga: 'event', token: 'seal' }), 'e1');
    await world.begin(engine, waits, 'event');
    expect(await world.ended('event')).toBe('needs-attention');
    expect(await world.row('orders.hears', 'event')).toMatchObject({ step: 'inspection', heard: [], trouble: TROUBLE });
  });

  it('of an upcaster: it stays of its version', async () => {
    const first = workSaga('orders.lifted', ['a', 'b!']);
    await world.begin(world.engine([first], workshop.execute), first, 'upcast');
    const up = (state: Readonly<Record<string, unknown>>) => ({ ...state, tokens: [REFUSED] });
    await started(workSaga('orders.lifted', ['a', 'b!'], 2, { upcasters: [{ from: 1, up }] }));
    expect(await world.ended('upcast')).toBe('needs-attention');
    expect(await world.row('orders.lifted', 'upcast')).toMatchObject({
      version: 1,
      state: { tokens: [] },
      trouble: TROUBLE,
    });
  });
});
