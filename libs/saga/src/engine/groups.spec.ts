import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { until } from '@isolith/message-bus/testing';
import { leave, live } from '../spec-support/lives.js';
import { mortal } from '../spec-support/mortal.js';
import { workSaga, WorkState } from '../spec-support/work-saga.js';
import { Workshop, type Fault } from '../spec-support/workshop.js';
import { withWorld } from '../spec-support/with-world.js';
import type { World } from '../spec-support/world.js';

let world: World;
let workshop: Workshop;
let runs = 0;

withWorld((...given) => ([world, workshop] = given));

const expectOneEffectPerId = (): void =>
  expect(workshop.effects).toHaveLength(new Set(workshop.effects.map(({ id }) => id)).size);

describe('a group', () => {
  const grouped = workSaga('orders.side-by-side', ['a', ['b', 'c'], 'p!', ['x+', 'y+']]);

  it('is asked for side by side, and what follows waits for all of it', async () => {
    const opened = Promise.withResolvers<void>();
    workshop.gate = async ({ what }) => (what === 'do b' ? opened.promise : undefined);
    const life = mortal(Infinity);
    const engine = world.engine([grouped], workshop.execute, {}, life.wrap);
    await engine.start();
    await world.begin(engine, grouped, 'waits');
    await until(() => workshop.received.some(({ what }) => what === 'do b') && workshop.done().includes('do c'));
    expect(await world.summary('waits')).toMatchObject({ status: 'running', step: 'b-c' });
    opened.resolve();
    expect(await world.ended('waits')).toBe('completed');
    expect(workshop.done()).toEqual(['do a', 'do c', 'do b', 'do p', 'do x', 'do y']);
    expect(await world.timeline('orders.side-by-side', 'waits')).toEqual([
      'begun',
      'a done',
      'b done, c done',
      'p done',
      'x done, y done',
    ]);
    // What the replies add is added as declared, whoever answered first.
    const { tokens } = WorkState.parse((await world.row('orders.side-by-side', 'waits')).state);
    expect(tokens.slice(0, 3)).toEqual(['token 0', 'token 2', 'token 1']);
    await leave(world, engine, life);
  });

  it('does not turn back before the others of the round have answered', async () => {
    const opened = Promise.withResolvers<void>();
    workshop.script = ({ what }) => (what === 'do b' ? 'refuse' : 'none');
    workshop.gate = async ({ what }) => (what === 'do c' ? opened.promise : undefined);
    const engine = world.engine([grouped], workshop.execute);
    await engine.start();
    await world.begin(engine, grouped, 'turns back');
    await until(() => workshop.received.filter(({ what }) => what === 'do b' || what === 'do c').length === 2);
    expect(await world.summary('turns back')).toMatchObject({ status: 'running' });
    expect(workshop.received.filter(({ what }) => what.startsWith('undo'))).toEqual([]);
    opened.resolve();
    expect(await world.ended('turns back')).toBe('compensated');
    expect(workshop.done()).toEqual(['do a', 'do c', 'undo c', 'undo a', 'tell-failed']);
    await engine.drain(AbortSignal.timeout(1_000));
  });

  it('asks a step that was refused behind the pivot under a new id, and never one whose answer is open', async () => {
    const faults: Record<string, Fault[]> = { 'do x': ['refuse'], 'do y': ['lost', 'not-delivered'] };
    workshop.script = ({ what }) => faults[what]?.shift() ?? 'none';
    const engine = world.engine([grouped], workshop.execute, { random: () => 0 });
    await engine.start();
    await world.begin(engine, grouped, 'forward');
    expect(await world.ended('forward')).toBe('completed');
    const idsOf = (what: string) =>
      new Set(workshop.received.filter((each) => each.what === what).map(({ id }) => id)).size;
    expect({ x: idsOf('do x'), y: idsOf('do y') }).toEqual({ x: 2, y: 1 });
    expect(workshop.done('do y')).toHaveLength(1);
    await engine.drain(AbortSignal.timeout(1_000));
  });
});

describe('a host that dies in the middle of a round', () => {
  const paths: readonly [string, Record<string, Fault>, string, readonly string[]][] = [
    ['forward', {}, 'completed', []],
    ['back', { 'do c': 'refuse' }, 'compensated', ['undo d', 'undo b', 'undo a']],
    ['back after silence', { 'do b': 'pass-late' }, 'compensated', ['undo b', 'undo d', 'undo c', 'undo a']],
  ];
  it.each(paths)(
    'leaves a saga on its way %s to the next one, with no effect twice',
    async (_, faults, end, undone) => {
      for (let dieAt = 0, died = 1; died > 0; dieAt += 1) {
        workshop = await new Workshop().open();
        workshop.script = ({ what }) => faults[what] ?? 'none';
        const declared = workSaga('orders.resumed-group', ['a', ['b', 'c', 'd'], 'p!', ['x+', 'y+']]);
        const run = await live(world, workshop, declared, `death ${(runs += 1)}`, [dieAt]);
        await workshop.deliverLate();
        expect({ dieAt, status: run.status, undone: workshop.done('undo') }).toEqual({ dieAt, status: end, undone });
        if (end === 'completed')
          expect(workshop.done('do').toSorted()).toEqual(
            ['a', 'b', 'c', 'd', 'p', 'x', 'y'].map((step) => `do ${step}`),
          );
        expectOneEffectPerId();
        died = run.died;
      }
    },
    120_000,
  );
});

const fault = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Fault>('none') },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Fault>('not-delivered', 'lost', 'late', 'refuse', 'risky', 'pass', 'pass-late', 'error'),
  },
);
const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);

describe(`any schedule of failures, silences and crashes (FC_SEED=${seed})`, () => {
  it('ends a saga with groups completed, or with nothing left that was done', async () => {
    const schedule = fc.record({
      before: fc.boolean(),
      group: fc.integer({ min: 1, max: 3 }),
      behind: fc.boolean(),
      faults: fc.array(fault, { maxLength: 30 }),
      deaths: fc.array(fc.nat(16), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(schedule, async ({ before, group, behind, faults, deaths }) => {
        workshop = await new Workshop().open();
        const left = [...faults];
        workshop.script = () => left.shift() ?? 'none';
        const steps = [
          ...(before ? ['a'] : []),
          ['b', 'c', 'd'].slice(0, group),
          ...(behind ? ['p!', ['x+', 'y+']] : []),
        ];
        const name = `orders.any-group-${(runs += 1)}` as const;
        const { status } = await live(world, workshop, workSaga(name, steps), `any ${runs}`, deaths);
        await workshop.deliverLate();

        expectOneEffectPerId();
        const effects = workshop.done();
        const names = steps.flat().map((spelled) => spelled.replace(/[!+]$/, ''));
        if (status === 'completed') {
          expect(effects.toSorted()).toEqual(names.map((step) => `do ${step}`).toSorted());
          return;
        }
        expect(status).toBe('compensated');
        for (const step of names.filter((each) => effects.includes(`do ${each}`)))
          expect(effects.lastIndexOf(`undo ${step}`)).toBeGreaterThan(effects.lastIndexOf(`do ${step}`));
        // Reverse to the order in which they were saved as done, which is that of the timeline.
        const toUndo = (await world.timeline(name, `any ${runs}`)).flatMap((entry) =>
          entry.split(', ').flatMap((part) => /^([a-d]) (?:done|unknown|failed: risky)/.exec(part)?.slice(1, 2) ?? []),
        );
        expect(workshop.done('undo')).toEqual(toUndo.toReversed().map((step) => `undo ${step}`));
        expect(effects.at(-1)).toBe('tell-failed');
      }),
      { seed, numRuns: 40, endOnFailure: true },
    );
  }, 180_000);
});
