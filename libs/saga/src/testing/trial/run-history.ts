import type { SagaRow } from '../../instance/progress.js';
import type { SagaPlan } from '../../definition/saga.js';
import type { PlacedFault } from './fault.js';
import type { AttemptBounds, OpenTrialHost } from './host.js';
import { Hosts } from './hosts.js';
import type { Happening } from './trace.js';
import { TrialWorld, type Point, type TrialSubject } from './trial-world.js';

/** What happened to a saga under some faults. */
export interface History {
  readonly plan: SagaPlan;
  readonly attempts: AttemptBounds;
  readonly faults: readonly PlacedFault[];
  readonly trace: readonly Happening[];
  readonly points: readonly Point[];
  /** When it began, by the trial's clock. */
  readonly beganAt: Date;
  /** As it was saved last; undefined when it was not even begun. */
  readonly end: SagaRow | undefined;
}

/** Each begin and each move ends with a pause, a crash or an end: no history has this many. */
const MOST_TURNS = 200;

/** Begins the saga and has hosts move it to its end, another one where one stops. */
export async function runHistory(
  subject: TrialSubject,
  faults: readonly PlacedFault[],
  openHost: OpenTrialHost,
): Promise<History> {
  const world = new TrialWorld(subject, faults);
  const hosts = new Hosts(world, openHost);
  try {
    await toItsEnd(world, hosts, subject.begin);
  } catch (error) {
    // Why the history failed is what is told.
    await hosts.close().catch(() => undefined);
    throw error;
  }
  await hosts.close();
  const { trace, points, row } = world;
  return { plan: subject.saga.plan, attempts: subject.attempts, beganAt: subject.now, faults, trace, points, end: row };
}

async function toItsEnd(world: TrialWorld, hosts: Hosts, begin: unknown): Promise<void> {
  for (let turns = 0; turns < MOST_TURNS && !world.isRunaway; turns += 1) {
    const status = world.row?.status;
    if (status === undefined) await hosts.begin(begin);
    else if (status === 'running' || status === 'compensating') {
      const how = world.atRest();
      if (typeof how === 'object') await hosts.operate(how.act);
      else {
        if (how === 'by another') hosts.die();
        await hosts.move(how === 'twice');
      }
    } else if (status === 'needs-attention') {
      const act = world.mended();
      if (act === undefined) break;
      await hosts.operate(act);
    } else {
      const act = world.atEnd();
      if (act === undefined) break;
      await hosts.operate(act);
    }
    world.receivers.expectNoMistake();
  }
  await hosts.goOnLate();
  await world.deliveries.arriveAgain();
  world.receivers.expectNoMistake();
}
