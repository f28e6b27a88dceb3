import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { leave, live } from '../spec-support/lives.js';
import { mortal } from '../spec-support/mortal.js';
import { workSaga } from '../spec-support/work-saga.js';
import { Workshop, type Fault } from '../spec-support/workshop.js';
import { withWorld } from '../spec-support/with-world.js';
import type { World } from '../spec-support/world.js';

let world: World;
let workshop: Workshop;
let runs = 0;

withWorld((...given) => ([world, workshop] = given));

function expectOneEffectPerId(): void {
  expect(workshop.effects).toHaveLength(new Set(workshop.effects.map(({ id }) => id)).size);
}

describe('a host that dies between any two transitions', () => {
  const paths: readonly [string, Record<string, Fault>, string, readonly string[]][] = [
    ['forward', {}, 'completed', ['do a', 'do b', 'do c', 'do d']],
    ['back', { 'do c': 'refuse' }, 'compensated', ['do a', 'do b', 'undo b', 'undo a', 'tell-failed']],
    ['back after silence', { 'do b': 'pass-late' }, 'compensated', ['do a', 'undo b', 'undo a', 'tell-failed']],
  ];
  it('leaves those that it was saving together to the next one, with no effect twice', async () => {
    const declared = workSaga('orders.together', ['a', 'b', 'c!']);
    for (let dieAt = 0, died = true; died; dieAt += 1) {
      workshop = await new Workshop().open();
      const ids = ['x', 'y', 'z'].map((which) => `${which} of ${(runs += 1)}`);
      const life = mortal(dieAt);
      const first = world.engine([declared], workshop.execute, { alone: true }, life.wrap);
      await first.start();
      // Begun before any of them moves: their answers come, and are saved, together.
      await world.beginTogether(first, declared, ids);
      died =
        (await Promise.race([
          life.stopped.then(() => 'died'),
          Promise.all(ids.map((id) => world.ended(id))).then(() => 'ended'),
        ])) === 'died';
      if (died) world.forget(first);
      const nextLife = died ? mortal(Infinity) : life;
      const next = died ? world.engine([declared], workshop.execute, { alone: true }, nextLife.wrap) : first;
      if (died) await next.start();
      for (const id of ids) expect({ dieAt, status: await world.ended(id) }).toEqual({ dieAt, status: 'completed' });
      expect(workshop.done()).toHaveLength(9);
      expectOneEffectPerId();
      await leave(world, next, nextLife);
    }
  });

  it.each(paths)(
    'leaves a saga on its way %s to the next one, with no effect twice',
    async (_path, faults, expected, effects) => {
      for (let dieAt = 0, died = 1; died > 0; dieAt += 1) {
        workshop = await new Workshop().open();
        workshop.script = ({ what }) => faults[what] ?? 'none';
        const run = await live(
          world,
          workshop,
          workSaga('orders.resumed', ['a', 'b', 'c!', 'd+']),
          `death ${(runs += 1)}`,
          [dieAt],
        );
        await workshop.deliverLate();
        expect({ dieAt, status: run.status, effects: workshop.done() }).toEqual({ dieAt, status: expected, effects });
        expectOneEffectPerId();
        died = run.died;
      }
    },
  );
});

const fault = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Fault>('none') },
  {
    weight: 5,
    arbitrary: fc.constantFrom<Fault>('not-delivered', 'lost', 'late', 'refuse', 'risky', 'pass', 'pass-late', 'error'),
  },
);
const shape = fc
  .record({ compensable: fc.nat(4), pivot: fc.boolean(), retriable: fc.nat(2) })
  .map(({ compensable, pivot, retriable }) => [
    ...['a', 'b', 'c', 'd'].slice(0, compensable),
    ...(pivot ? ['p!'] : []),
    ...['x+', 'y+'].slice(0, retriable),
  ])
  .filter((steps) => steps.length > 0);

const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);

describe(`any schedule of failures, silences and crashes (FC_SEED=${seed})`, () => {
  it('ends completed, or compensated in exactly the reverse order of what was done or unknown', async () => {
    const schedule = fc.record({
      steps: shape,
      faults: fc.array(fault, { maxLength: 30 }),
      deaths: fc.array(fc.nat(12), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(schedule, async ({ steps, faults, deaths }) => {
        workshop = await new Workshop().open();
        const left = [...faults];
        workshop.script = () => left.shift() ?? 'none';
        const name = `orders.any-${(runs += 1)}` as const;
        const id = `any ${runs}`;
        const { status } = await live(world, workshop, workSaga(name, steps), id, deaths);
        await workshop.deliverLate();

        expectOneEffectPerId();
        const names = steps.map((spelled) => spelled.replace(/[!+]$/, ''));
        if (status === 'completed') {
          expect(workshop.done()).toEqual(names.map((step) => `do ${step}`));
          return;
        }
        expect(status).toBe('compensated');
        const timeline = await world.timeline(name, id);
        const stepsWith = (what: RegExp): string[] => timeline.flatMap((entry) => what.exec(entry)?.slice(1, 2) ?? []);
        // The pivot has no compensation, so none of its failures asks for one.
        const toUndo = stepsWith(/^(\w+) (?:done|unknown|failed: risky)/).filter((step) => step !== 'p');
        expect(workshop.done('undo')).toEqual(toUndo.toReversed().map((step) => `undo ${step}`));
        expect(stepsWith(/^(\w+) compensated/)).toEqual(toUndo.toReversed());
        // What the receiver saw, whatever the saga believes: no step has an effect that was not undone after it.
        const effects = workshop.done();
        for (const step of names.filter((each) => effects.includes(`do ${each}`))) {
          expect(effects.lastIndexOf(`undo ${step}`)).toBeGreaterThan(effects.lastIndexOf(`do ${step}`));
        }
        expect(effects.filter((what) => what === 'tell-failed')).toHaveLength(1);
        expect(effects.at(-1)).toBe('tell-failed');
      }),
      { seed, numRuns: 60, endOnFailure: true },
    );
  }, 180_000);
});
