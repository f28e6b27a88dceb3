import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@isolith/message-bus/testing';
import { SagaNotCompensable } from '../engine/saga-failures.js';
import type { SagaEngine } from '../engine/saga-engine.js';
import type { SagaOperations } from './saga-operations.js';
import { workSaga } from '../spec-support/work-saga.js';
import type { Workshop } from '../spec-support/workshop.js';
import { withWorld } from '../spec-support/with-world.js';
import type { World } from '../spec-support/world.js';

const NAME = 'orders.turned';
const turned = workSaga(NAME, ['a', ['b', 'c'], 'p!', 'x+']);
const ann = { operator: 'user ann', reason: 'the customer has called' };

let world: World;
let workshop: Workshop;
let engine: SagaEngine;
let operations: SagaOperations;

withWorld((...given) => ([world, workshop] = given));
beforeEach(async () => {
  engine = world.engine([turned], workshop.execute, { compensationAttempts: 2, leaseMs: 60_000, random: () => 0 });
  operations = world.operations(engine);
  await engine.start();
});
afterEach(() => engine.drain(AbortSignal.timeout(1_000)));

describe('an operator who turns a saga back', () => {
  it('has everything undone that was done, and what is due, since it may have been sent', async () => {
    workshop.script = ({ what }) => (what === 'do c' ? 'error' : 'none');
    await world.begin(engine, turned, 'stuck');
    expect(await world.ended('stuck')).toBe('needs-attention');
    expect(await operations.compensate(NAME, 'stuck', ann)).toBe('compensating');
    expect(await world.ended('stuck')).toBe('compensated');
    expect(workshop.done()).toEqual(['do a', 'do b', 'undo c', 'undo b', 'undo a', 'tell-failed']);
    const found = await world.overview.find(NAME, 'stuck');
    expect(found?.cause).toEqual({ step: 'b-c', type: 'turned-back', detail: 'an operator turned it back' });
    expect(found?.timeline).toContainEqual(expect.objectContaining({ what: 'turned back at b-c', ...ann }));
  });

  it('turns back one that is being moved: what its host was at has no effect, or is undone', async () => {
    const opened = Promise.withResolvers<void>();
    workshop.gate = async ({ what }) => (what === 'do a' ? opened.promise : undefined);
    await world.begin(engine, turned, 'moving');
    await until(() => workshop.received.length === 1);
    expect(await operations.compensate(NAME, 'moving', ann)).toBe('compensating');
    opened.resolve();
    expect(await world.ended('moving')).toBe('compensated');
    const effects = workshop.done();
    expect(effects.indexOf('undo a')).toBeGreaterThan(effects.indexOf('do a'));
    expect(effects.filter((what) => what.startsWith('do'))).toEqual(['do a']);
  });

  it.each([
    ['do p', 'p', 'its pivot p is due and may have been decided'],
    ['do x', 'x', 'x is due, which is never undone: there is no way back any more'],
  ])('is refused when %s is due', async (what, step, why) => {
    workshop.script = (received) => (received.what === what ? 'error' : 'none');
    const id = `behind ${step}`;
    await world.begin(engine, turned, id);
    expect(await world.ended(id)).toBe('needs-attention');
    const sent = workshop.received.length;
    await expect(operations.compensate(NAME, id, ann)).rejects.toThrow(why);
    expect(await world.summary(id)).toMatchObject({ status: 'needs-attention', step });
    expect(workshop.received).toHaveLength(sent);
  });

  it('is refused where it has turned back or ended already', async () => {
    workshop.script = ({ what }) => (what === 'do b' ? 'refuse' : what === 'undo a' ? 'error' : 'none');
    await world.begin(engine, turned, 'back');
    expect(await world.ended('back')).toBe('needs-attention');
    await expect(operations.compensate(NAME, 'back', ann)).rejects.toThrow('it has turned back already');
    workshop.script = () => 'none';
    await world.begin(engine, turned, 'ended');
    expect(await world.ended('ended')).toBe('completed');
    await expect(operations.compensate(NAME, 'ended', ann)).rejects.toBeInstanceOf(SagaNotCompensable);
    await expect(operations.compensate(NAME, 'ended', ann)).rejects.toThrow('it is completed');
  });
});
