import { describe, expect, it } from '@jest/globals';
import { until } from '@isolith/message-bus/testing';
import { workSaga } from '../spec-support/work-saga.js';
import type { Workshop } from '../spec-support/workshop.js';
import { withWorld } from '../spec-support/with-world.js';
import type { World } from '../spec-support/world.js';

let world: World;
let workshop: Workshop;
withWorld((...given) => ([world, workshop] = given));

const late = workSaga('orders.late', ['a', 'b', 'c!', 'd+'], 1, { deadlineMs: 3_600_000 });
const passes = (id: string): Promise<void> => world.set(id, `deadline_at = now(), due_at = least(due_at, now())`);

describe('a deadline', () => {
  it('that passes before the pivot turns the saga back; the step that is open is undone too', async () => {
    workshop.script = ({ what }) => (what === 'do b' ? 'not-delivered' : 'none');
    const engine = world.engine(
      [workSaga('orders.late', ['a', 'b', 'c!'], 1, { deadlineMs: 3_600_000 })],
      workshop.execute,
      { pollMs: 5 },
    );
    await world.begin(engine, late, 'turned');
    await passes('turned');
    await engine.start();
    expect(await world.ended('turned')).toBe('compensated');
    // Begun and overdue before anything was sent: a host that has stopped may still send it, so it is revoked.
    expect(workshop.done()).toEqual(['undo a', 'tell-failed']);
    expect((await world.summary('turned')).cause).toEqual({
      step: 'a',
      type: 'deadline-exceeded',
      detail: "it was not done within 3600000 ms of the saga's begin",
    });
    expect(await world.timeline('orders.late', 'turned')).toEqual([
      'begun',
      'a unknown: deadline-exceeded',
      'a compensated',
      'failure told',
    ]);
    await engine.drain(AbortSignal.timeout(1_000));
  });

  it('wakes a saga that pauses beyond it, by the clock of the database', async () => {
    workshop.script = ({ what }) => (what === 'do b' ? 'pass' : 'none');
    const patient = workSaga('orders.patient', ['a', 'b', 'c!'], 1, { deadlineMs: 1_800_000 });
    const { steps } = patient.plan;
    const slow = {
      ...patient,
      plan: {
        ...patient.plan,
        steps: steps.map((step) => ({
          ...step,
          retry: { attempts: 50, initialDelayMs: 3_600_000, maxDelayMs: 3_600_000 },
        })),
      },
    };
    const engine = world.engine([slow], workshop.execute, { random: () => 0.99, pollMs: 5 });
    await engine.start();
    await world.begin(engine, slow, 'patient');
    await world.reached('patient', ({ attempts }) => attempts === 1);
    // Half an hour goes by. Its pause is longer: it wakes because of its deadline, or not at all.
    await world.set('patient', 'deadline_at = now(), due_at = due_at - (deadline_at - now())');
    expect(await world.ended('patient')).toBe('compensated');
    expect(workshop.done()).toEqual(['do a', 'undo b', 'undo a', 'tell-failed']);
    expect((await world.summary('patient')).cause).toMatchObject({
      step: 'b',
      type: 'deadline-exceeded',
      detail: expect.stringContaining('; last passing: later'),
    });
    await engine.drain(AbortSignal.timeout(1_000));
  });

  it('ends the wait for an answer to a step that will be undone', async () => {
    const stuck = Promise.withResolvers<void>();
    workshop.gate = ({ what }) => (what === 'do a' ? stuck.promise : Promise.resolve());
    const quick = workSaga('orders.quick', ['a'], 1, { deadlineMs: 100 });
    const engine = world.engine([quick], workshop.execute);
    await engine.start();
    await world.begin(engine, quick, 'quick');
    expect(await world.ended('quick')).toBe('compensated');
    stuck.resolve();
    expect(workshop.done('undo')).toEqual(['undo a']);
    await engine.drain(AbortSignal.timeout(1_000));
  });

  it.each(['c', 'd'])('that passes when %s is due is noted once, and the saga goes on', async (due) => {
    let open = true;
    workshop.script = ({ what }) => (what === `do ${due}` && open ? 'not-delivered' : 'none');
    const engine = world.engine([late], workshop.execute, { pollMs: 5 });
    const id = `on ${due}`;
    await engine.start();
    await world.begin(engine, late, id);
    await world.reached(id, ({ step, attempts }) => step === due && attempts > 0);
    await passes(id);
    const noted = 'deadline exceeded, goes on';
    await until(async () => (await world.timeline('orders.late', id)).includes(noted));
    const attempts = (await world.summary(id)).attempts;
    await world.reached(id, (saga) => saga.attempts > attempts + 2);
    open = false;
    expect(await world.ended(id)).toBe('completed');
    expect((await world.timeline('orders.late', id)).filter((what) => what === noted)).toHaveLength(1);
    const said = world.logged.filter(
      ({ level, entry }) =>
        level === 'error' &&
        JSON.stringify(entry).includes('is past its deadline') &&
        JSON.stringify(entry).includes(id),
    );
    expect(said).toHaveLength(1);
    expect((await world.overview.find('orders.late', id))?.deadlineAt).toBeUndefined();
    await engine.drain(AbortSignal.timeout(1_000));
  });
});
