import { beforeEach, describe, expect, it } from '@jest/globals';
import { SagaNotFound, SagaNotSkippable, SagaNotWaiting } from '../engine/saga-failures.js';
import type { Step } from '../definition/step.js';
import type { SagaEngine } from '../engine/saga-engine.js';
import type { SagaOperations } from './saga-operations.js';
import { waitingSaga } from '../spec-support/waiting-sagas.js';
import { MOVES_ON, workSaga, workStep, type WorkState } from '../spec-support/work-saga.js';
import type { Workshop, Fault } from '../spec-support/workshop.js';
import { withWorld } from '../spec-support/with-world.js';
import type { World } from '../spec-support/world.js';

const NAME = 'orders.helped';
const helped = workSaga(NAME, ['a', 'b', 'c!', 'd+']);
const ann = { operator: 'user ann', reason: 'asked the warehouse' };

let world: World;
let workshop: Workshop;
let engine: SagaEngine;
let operations: SagaOperations;
let ids = 0;

withWorld((...given) => ([world, workshop] = given));
beforeEach(async () => {
  await engine?.drain(AbortSignal.timeout(1_000));
  engine = world.engine([helped], workshop.execute, { compensationAttempts: 2, leaseMs: 60_000 });
  operations = world.operations(engine);
  await engine.start();
});

/** A saga that came to rest because `faulty` keeps meeting `fault`. */
async function needy(faulty: string, fault: Fault): Promise<{ readonly id: string; readonly mend: () => void }> {
  let broken = true;
  workshop.script = ({ what }) => (what === 'do c' ? 'refuse' : what === faulty && broken ? fault : 'none');
  const id = `helped ${(ids += 1)}`;
  await world.begin(engine, helped, id);
  expect(await world.ended(id)).toBe('needs-attention');
  return { id, mend: () => (broken = false) };
}
const entries = async (id: string) => (await world.overview.find(NAME, id))?.timeline ?? [];

describe('an operator', () => {
  it('retries what needs attention: it goes on from where it is, with all attempts again', async () => {
    const { id, mend } = await needy('undo b', 'refuse');
    const sent = workshop.received.length;
    expect(await operations.retry(NAME, id, ann)).toBe('compensating');
    expect(await world.ended(id)).toBe('needs-attention');
    // Two attempts once more, under ids of their own: the former refusals are the answers to theirs.
    expect(workshop.received.length - sent).toBe(2);
    expect(
      new Set(workshop.received.filter(({ what }) => what === 'undo b').map(({ id: sentAs }) => sentAs)).size,
    ).toBe(4);
    mend();
    expect(await operations.retry(NAME, id, { ...ann, reason: 'mended' })).toBe('compensating');
    expect(await world.ended(id)).toBe('compensated');
    expect(workshop.done()).toEqual(['do a', 'do b', 'undo b', 'undo a', 'tell-failed']);
    expect(await entries(id)).toMatchObject([
      { what: 'begun' },
      { what: 'a done' },
      { what: 'b done' },
      { what: 'c failed: refused' },
      { what: 'needs attention: refused', attempts: 2, trouble: { type: 'refused' } },
      { what: 'retried', ...ann, attempts: 2 },
      { what: 'needs attention: refused' },
      { what: 'retried', operator: 'user ann', reason: 'mended' },
      { what: 'b compensated' },
      { what: 'a compensated' },
      { what: 'failure told' },
    ]);
  });

  it('retries one that waits for its next attempt, which is then due at once', async () => {
    let open = true;
    workshop.script = ({ what }) => (what === 'do c' && open ? 'not-delivered' : 'none');
    await world.begin(engine, helped, 'waiting');
    await world.reached('waiting', ({ attempts }) => attempts > 0);
    await engine.drain(AbortSignal.timeout(1_000));
    open = false;
    await world.set('waiting', `due_at = now() + interval '1 hour'`);
    engine = world.engine([helped], workshop.execute);
    await engine.start();
    expect(await world.operations(engine).retry(NAME, 'waiting', ann)).toBe('running');
    expect(await world.ended('waiting')).toBe('completed');
  });

  it('skips what is due: a compensation counts as done', async () => {
    const { id } = await needy('undo b', 'refuse');
    expect(await operations.skip(NAME, id, ann)).toBe('compensating');
    expect(await world.ended(id)).toBe('compensated');
    expect(workshop.done()).toEqual(['do a', 'do b', 'undo a', 'tell-failed']);
    expect(await entries(id)).toContainEqual(
      expect.objectContaining({ what: 'skipped the compensation of b', ...ann }),
    );
  });

  it('skips a step: it counts as done, and what follows is sent', async () => {
    const rests = workSaga('orders.rests', ['a', 'b!']);
    const first = world.engine([rests], workshop.execute);
    await world.begin(first, rests, 'rests');
    const row = await world.row('orders.rests', 'rests');
    await world.set('rests', `status = 'needs-attention'`);
    expect(row.step).toBe('a');
    expect(await world.operations(first).skip('orders.rests', 'rests', ann)).toBe('running');
    await first.start();
    expect(await world.ended('rests')).toBe('completed');
    expect(workshop.done()).toEqual(['do b']);
    await first.drain(AbortSignal.timeout(1_000));
  });

  it('takes over: nothing more is sent, and the status says so for good', async () => {
    const { id } = await needy('undo b', 'refuse');
    const sent = workshop.received.length;
    expect(await operations.takeOver(NAME, id, ann)).toBe('taken-over');
    expect(await world.summary(id)).toMatchObject({ status: 'taken-over', step: 'b' });
    await expect(operations.retry(NAME, id, ann)).rejects.toThrow('the saga is taken-over');
    engine.wake();
    await engine.drain(AbortSignal.timeout(1_000));
    expect(workshop.received).toHaveLength(sent);
    expect(await world.overview.counts()).toContainEqual({ name: NAME, status: 'taken-over', count: 1 });
  });

  it('is refused where nobody is needed, where there is nothing, and without a reason', async () => {
    workshop.script = () => 'none';
    await world.begin(engine, helped, 'fine');
    expect(await world.ended('fine')).toBe('completed');
    for (const step of ['retry', 'skip', 'takeOver'] as const) {
      await expect(operations[step](NAME, 'fine', ann)).rejects.toBeInstanceOf(SagaNotWaiting);
      await expect(operations[step](NAME, 'nowhere', ann)).rejects.toBeInstanceOf(SagaNotFound);
      await expect(operations[step](NAME, 'fine', { ...ann, reason: ' ' })).rejects.toThrow('reason');
    }
    const opened = Promise.withResolvers<void>();
    workshop.gate = () => opened.promise;
    await world.begin(engine, helped, 'moving');
    await expect(operations.retry(NAME, 'moving', ann)).rejects.toThrow('running, and being moved');
    opened.resolve();
    expect(await world.ended('moving')).toBe('completed');
  });

  it('can skip nothing that the definition does not have, and can take it over', async () => {
    const before = workSaga('orders.lost-step', ['a']);
    await world.begin(world.engine([before], workshop.execute), before, 'lost');
    const after = world.engine([workSaga('orders.lost-step', ['z'], 2, MOVES_ON)], workshop.execute);
    await after.start();
    expect(await world.ended('lost')).toBe('needs-attention');
    await expect(world.operations(after).skip('orders.lost-step', 'lost', ann)).rejects.toThrow(
      'version 2 of orders.lost-step has no step "a"; take the saga over',
    );
    await expect(operations.skip('orders.lost-step', 'lost', ann)).rejects.toBeInstanceOf(SagaNotSkippable);
    expect(await world.operations(after).takeOver('orders.lost-step', 'lost', ann)).toBe('taken-over');
    await after.drain(AbortSignal.timeout(1_000));
  });

  it('can not skip to a step whose when fails without the reply, is told so, and can take it over', async () => {
    const after: Step<WorkState> = {
      ...workStep('z'),
      when: ({ tokens }) => {
        if (tokens.length === 0) throw new TypeError('no token of ann');
        return true;
      },
    };
    const torn = waitingSaga('orders.torn-skip', ['y', after]);
    const host = world.engine([torn], workshop.execute, { compensationAttempts: 2 });
    workshop.script = () => 'error';
    await world.begin(host, torn, 'torn');
    await host.start();
    expect(await world.ended('torn')).toBe('needs-attention');
    const skip = world.operations(host).skip('orders.torn-skip', 'torn', ann);
    await expect(skip).rejects.toBeInstanceOf(SagaNotSkippable);
    await expect(skip).rejects.toThrow('the when of a step that follows y failed');
    expect(await world.summary('torn')).toMatchObject({ status: 'needs-attention', step: 'y' });
    expect(world.logged.at(-1)).toMatchObject({
      level: 'error',
      entry: { saga: 'orders.torn-skip', id: 'torn', act: 'skip', err: { message: 'no token of ann' } },
    });
    expect(await world.operations(host).takeOver('orders.torn-skip', 'torn', ann)).toBe('taken-over');
    await host.drain(AbortSignal.timeout(1_000));
  });
});
