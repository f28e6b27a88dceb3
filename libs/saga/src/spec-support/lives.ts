import type { Saga } from '../definition/saga.js';
import type { SagaEngine } from '../engine/saga-engine.js';
import { mortal, type MortalLife } from './mortal.js';
import type { WorkState } from './work-saga.js';
import type { Workshop } from './workshop.js';
import type { World } from './world.js';

/** Runs one saga through hosts that each die at the given event; the last one lives. Tells how many died. */
export async function live(
  world: World,
  workshop: Workshop,
  declared: Saga<WorkState>,
  id: string,
  deaths: readonly number[],
): Promise<{ status: string; died: number }> {
  let died = 0;
  let begun = false;
  for (const dieAt of [...deaths, Infinity]) {
    const life = mortal(dieAt);
    // The next one knows that the last one is dead, as a process alone with its database does.
    const engine = world.engine([declared], workshop.execute, { compensationAttempts: 100, alone: true }, life.wrap);
    await engine.start();
    if (!begun) await world.begin(engine, declared, id);
    begun = true;
    const status = await Promise.race([world.ended(id), life.stopped.then(() => undefined)]);
    if (status !== undefined) {
      await leave(world, engine, life);
      return { status, died };
    }
    world.forget(engine);
    died += 1;
  }
  throw new Error('the last host lives');
}

/** The table may show the end before the host hears of it, and then dies: the dead don't drain. */
export async function leave(world: World, engine: SagaEngine, life: MortalLife): Promise<void> {
  await Promise.race([engine.drain(AbortSignal.timeout(1_000)), life.stopped]);
  world.forget(engine);
}
