import { describe, expect, it } from '@jest/globals';
import { derivedId } from '@isolith/message-bus';
import { workSaga } from '../spec-support/work-saga.js';
import { Workshop, type Fault } from '../spec-support/workshop.js';
import { withWorld } from '../spec-support/with-world.js';
import type { World } from '../spec-support/world.js';

const NAME = 'orders.checkout';
const checkout = workSaga(NAME, ['a', 'b', 'c', 'd!', 'e+']);
const OUTAGE_ATTEMPTS = 20;
const BOUNDS = { compensationAttempts: 4, outageAttempts: OUTAGE_ATTEMPTS };
let world: World;
let workshop: Workshop;
let begun = 0;

withWorld((...given) => ([world, workshop] = given));

/** Each delivery of the named message meets the next of its faults, then none. */
function faults(plan: Record<string, readonly Fault[]>): void {
  const left = new Map(Object.entries(plan).map(([what, list]) => [what, [...list]]));
  workshop.script = ({ what }) => left.get(what)?.shift() ?? 'none';
}

async function run(): Promise<{ id: string; status: string; effects: readonly string[] }> {
  begun += 1;
  const id = `order ${begun}`;
  // Without luck in the jitter: each pause is the shortest there is.
  const engine = world.engine([checkout], workshop.execute, { ...BOUNDS, random: () => 0 });
  await engine.start();
  await world.begin(engine, checkout, id);
  const status = await world.ended(id);
  await engine.drain(AbortSignal.timeout(1_000));
  return { id, status, effects: workshop.done() };
}

const forever = (fault: Fault): readonly Fault[] => Array.from({ length: 50 }, () => fault);
const idsOf = (what: string): readonly string[] =>
  workshop.received.filter((received) => received.what === what).map(({ id }) => id);

describe('a saga that goes well', () => {
  it('runs its steps in order, extends its state and completes', async () => {
    const { id, status, effects } = await run();
    expect({ status, effects }).toEqual({ status: 'completed', effects: ['do a', 'do b', 'do c', 'do d', 'do e'] });
    expect(await world.timeline(NAME, id)).toEqual(['begun', 'a done', 'b done', 'c done', 'd done', 'e done']);
    expect((await world.row(NAME, id)).state).toEqual({
      saga: id,
      tokens: ['token 0', 'token 1', 'token 2', 'token 3', 'token 4'],
    });
  });

  it('speaks for the user who began it, under ids that derive from saga and step', async () => {
    const { id } = await run();
    const { envelope } = workshop.received[0] ?? {};
    expect(envelope).toMatchObject({
      id: derivedId(`${NAME}:${id}`, 'a'),
      source: '/orders',
      correlationid: `of ${id}`,
      principal: { service: 'orders', user: 'customer', roles: [] },
    });
  });
});

describe('a failure', () => {
  it.each([
    ['a', []],
    ['b', ['undo a']],
    ['c', ['undo b', 'undo a']],
    ['d', ['undo c', 'undo b', 'undo a']],
  ])('of step %s undoes what was done before it, in reverse, and tells', async (step, undone) => {
    faults({ [`do ${step}`]: ['refuse'] });
    const { id, status } = await run();
    expect(status).toBe('compensated');
    expect(workshop.done('undo')).toEqual(undone);
    expect(workshop.effects.at(-1)?.what).toBe('tell-failed');
    expect((await world.summary(id)).cause).toEqual({ step, type: 'refused', detail: 'no' });
    expect(idsOf(`do ${step}`)).toHaveLength(1);
  });

  it('that may leave an effect behind has its own step undone too', async () => {
    faults({ 'do b': ['risky'] });
    expect((await run()).status).toBe('compensated');
    expect(workshop.done('undo')).toEqual(['undo b', 'undo a']);
  });

  it('that may pass is asked again with the same id', async () => {
    faults({ 'do b': ['pass'] });
    expect((await run()).status).toBe('completed');
    expect(new Set(idsOf('do b')).size).toBe(1);
    expect(idsOf('do b')).toHaveLength(2);
  });

  it('of a step after the pivot is repeated under a new id, since the old one has its answer', async () => {
    faults({ 'do e': ['refuse', 'refuse'] });
    expect(await run()).toMatchObject({ status: 'completed', effects: ['do a', 'do b', 'do c', 'do d', 'do e'] });
    expect(new Set(idsOf('do e')).size).toBe(3);
  });
});

describe('an unknown outcome', () => {
  it.each([
    ['lost', 6],
    ['not-delivered', 6],
    ['error', 3],
  ] as const)('(%s) is asked again with the same id and has one effect', async (fault, times) => {
    faults({ 'do a': [fault, fault], 'do d': forever(fault).slice(0, times), 'do e': forever(fault).slice(0, times) });
    expect(await run()).toMatchObject({ status: 'completed', effects: ['do a', 'do b', 'do c', 'do d', 'do e'] });
    expect(idsOf('do a')).toHaveLength(3);
    expect(idsOf('do d')).toHaveLength(times + 1);
    expect(new Set(idsOf('do a')).size + new Set(idsOf('do d')).size + new Set(idsOf('do e')).size).toBe(3);
  });

  it.each([
    ['a', ['undo a']],
    ['b', ['undo b', 'undo a']],
    ['c', ['undo c', 'undo b', 'undo a']],
  ])('of step %s before a failure that may pass and does not has that step undone as well', async (step, undone) => {
    faults({ [`do ${step}`]: ['lost', 'not-delivered', ...forever('pass')] });
    const { id, status } = await run();
    expect(status).toBe('compensated');
    expect(workshop.done('undo')).toEqual(undone);
    expect((await world.summary(id)).cause).toMatchObject({ step, type: 'passing' });
    expect(idsOf(`do ${step}`)).toHaveLength(3);
  });

  it('that arrives after its compensation never runs', async () => {
    faults({ 'do b': ['late', 'late', ...forever('pass')] });
    await run();
    await workshop.deliverLate();
    expect(workshop.effects.map(({ what }) => what)).toEqual(['do a', 'undo b', 'undo a', 'tell-failed']);
    expect(workshop.received.find(({ what }) => what === 'undo b')?.revokes).toBe(idsOf('do b')[0]);
  });

  it('of a compensation, and of telling the failure, is asked again with the same id', async () => {
    faults({ 'do c': ['refuse'], 'undo b': ['lost', 'error'], 'tell-failed': ['lost', 'pass'] });
    expect((await run()).effects).toEqual(['do a', 'do b', 'undo b', 'undo a', 'tell-failed']);
    expect(new Set(idsOf('undo b')).size + new Set(idsOf('tell-failed')).size).toBe(2);
  });
});

describe('what is no answer of the business (fault 1)', () => {
  it.each(['not-delivered', 'lost'] as const)(
    'is waited out before the pivot, and when it lasts a person decides: %s',
    async (fault) => {
      faults({ 'do b': forever(fault).slice(0, OUTAGE_ATTEMPTS - 1) });
      expect((await run()).status).toBe('completed');
      faults({ 'do b': forever(fault) });
      const { id, status } = await run();
      expect(status).toBe('needs-attention');
      expect(await world.summary(id)).toMatchObject({ step: 'b', cause: undefined, attempts: OUTAGE_ATTEMPTS });
      expect(new Set(idsOf('do b').slice(-OUTAGE_ATTEMPTS)).size).toBe(1);
      expect([workshop.done('undo'), workshop.done('tell')]).toEqual([[], []]);
    },
  );

  it('is a defect when it is no outage: a handler that is broken leads to no compensation', async () => {
    faults({ 'do b': forever('error') });
    const { id, status } = await run();
    expect(status).toBe('needs-attention');
    expect(await world.summary(id)).toMatchObject({ step: 'b', cause: undefined, attempts: 4 });
    expect(workshop.done()).toEqual(['do a']);
  });
});

describe('a compensation that keeps failing', () => {
  it('parks its saga, says so, and leaves the others alone', async () => {
    faults({ 'do c': ['refuse'], 'undo b': forever('refuse') });
    const { id, status } = await run();
    expect(status).toBe('needs-attention');
    expect(await world.summary(id)).toMatchObject({
      step: 'b',
      attempts: 4,
      cause: { step: 'c' },
      trouble: { type: 'refused' },
    });
    expect(world.logged).toContainEqual({
      level: 'error',
      entry: expect.objectContaining({ message: `saga ${NAME} needs attention`, id }),
    });
    expect(new Set(idsOf('undo b')).size).toBe(4);
    expect((await run()).status).toBe('completed');
  });
});

describe('what is due after the pivot, the pivot, and telling the failure', () => {
  it.each([
    ['retriable step that is always refused', 'do e', 'refuse', 'running', 4],
    ['retriable step whose handler is broken', 'do e', 'error', 'running', 1],
    ['pivot whose handler is broken', 'do d', 'error', 'running', 1],
    ['failure that nobody takes note of', 'tell-failed', 'refuse', 'compensating', 4],
  ] as const)(
    'park the saga after as many defects as a compensation: a %s',
    async (_name, what, fault, goesOn, ids) => {
      faults({ ...(what === 'tell-failed' ? { 'do a': ['refuse'] } : {}), [what]: forever(fault) });
      const { id, status } = await run();
      expect(status).toBe('needs-attention');
      expect(workshop.done()).not.toContain(what);
      expect(idsOf(what)).toHaveLength(4);
      expect(new Set(idsOf(what)).size).toBe(ids);
      expect(world.logged).toContainEqual({
        level: 'error',
        entry: expect.objectContaining({ message: `saga ${NAME} needs attention`, id }),
      });
      const engine = world.engine([checkout], workshop.execute);
      expect(await world.operations(engine).retry(NAME, id, { operator: 'ann', reason: 'mended' })).toBe(goesOn);
      faults({});
      await engine.start();
      expect(await world.ended(id)).toBe(goesOn === 'running' ? 'completed' : 'compensated');
      expect(workshop.done()).toEqual(
        goesOn === 'running' ? ['do a', 'do b', 'do c', 'do d', 'do e'] : ['tell-failed'],
      );
      await engine.drain(AbortSignal.timeout(1_000));
    },
  );
});

describe('an outage', () => {
  it.each([
    [
      'of a compensation',
      { 'do c': ['refuse'], 'undo b': [...forever('pass').slice(0, 8), 'error', 'not-delivered', 'refuse', 'error'] },
      'compensated',
    ],
    [
      'of a retriable step',
      { 'do e': [...forever('pass').slice(0, 8), 'error', 'not-delivered', 'refuse', 'error'] },
      'completed',
    ],
    [
      'of a pivot',
      { 'do d': [...forever('lost').slice(0, 8), 'error', 'not-delivered', 'error', 'error'] },
      'completed',
    ],
    [
      'of whoever is told the failure',
      {
        'do a': ['refuse'],
        'tell-failed': [...forever('not-delivered').slice(0, 8), 'error', 'pass', 'refuse', 'error'],
      },
      'compensated',
    ],
  ] as const)('%s counts for no defect, however long it lasts', async (_what, plan, status) => {
    faults(plan);
    expect((await run()).status).toBe(status);
  });

  it('leaves no count behind: each step has all of its attempts', async () => {
    faults({ 'do d': ['error', 'error', 'error'], 'do e': ['error', 'error', 'error'] });
    expect((await run()).status).toBe('completed');
  });
});

describe('a pivot whose outcome stays unknown', () => {
  it('is asked on and on, neither forward nor back, and shown', async () => {
    let open = true;
    workshop.script = ({ what }) => (what === 'do d' && open ? 'late' : 'none');
    const id = 'undecided';
    const engine = world.engine([checkout], workshop.execute);
    await engine.start();
    await world.begin(engine, checkout, id);
    expect(await world.reached(id, ({ attempts }) => attempts > 5)).toMatchObject({
      status: 'running',
      step: 'd',
      trouble: { type: 'outcome-unknown' },
    });
    open = false;
    expect(await world.ended(id)).toBe('completed');
    await engine.drain(AbortSignal.timeout(1_000));
  });
});
