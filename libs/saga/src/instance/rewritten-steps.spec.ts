import { expect, it } from '@jest/globals';
import { saga } from '../definition/saga.js';
import { WorkState } from '../spec-support/work-saga.js';
import { DoWork, TellFailed, UndoWork, Workshop, type Fault } from '../spec-support/workshop.js';
import { withWorld } from '../spec-support/with-world.js';
import type { World } from '../spec-support/world.js';

let world: World;
withWorld((given) => (world = given));

/** Each command that it sends is written as by another release than the one before. */
function rewriting() {
  let written = 0;
  const release = (): string => `release ${(written += 1)}`;
  const retry = { attempts: 3, initialDelayMs: 1, maxDelayMs: 2 };
  const work = (name: string) => ({
    name,
    retry,
    invoke: (state: WorkState) => new DoWork({ saga: state.saga, step: name, release: release() }),
  });
  return saga({
    name: 'orders.rewriting',
    state: WorkState,
    steps: (step) => [
      step({
        ...work('a'),
        compensate: (state) => new UndoWork({ saga: state.saga, step: 'a', release: release() }),
      }),
      step({ ...work('b'), pivot: true }),
      step({ ...work('c'), retriable: true }),
    ],
    failed: (state, cause) => new TellFailed({ saga: state.saga, reason: cause.type, release: release() }),
  });
}

it.each([
  ['a step', 'completed', { 'do a': ['lost'], 'do b': ['lost'], 'do c': ['lost'] }],
  ['a compensation', 'compensated', { 'do b': ['refuse'], 'undo a': ['lost'] }],
  ['what tells the failure', 'compensated', { 'do b': ['refuse'], 'tell-failed': ['lost'] }],
] satisfies readonly (readonly [string, string, Record<string, Fault[]>])[])(
  '%s whose answer was lost is answered when another release sends it again, written differently (fault 2)',
  async (_, end, faults) => {
    const workshop = await new Workshop().open();
    const left = new Map<string, Fault[]>(Object.entries(faults).map(([what, list]) => [what, [...list]]));
    workshop.script = ({ what }) => left.get(what)?.shift() ?? 'none';
    const definition = rewriting();
    const engine = world.engine([definition], workshop.execute, { compensationAttempts: 4, random: () => 0 });
    await engine.start();
    await world.begin(engine, definition, _);
    expect(await world.ended(_)).toBe(end);
    expect([...left.values()].flat()).toEqual([]);
    await engine.drain(AbortSignal.timeout(1_000));
    await workshop.close();
  },
);
