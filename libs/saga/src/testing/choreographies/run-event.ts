import { IsolithError, tellable } from '@isolith/contracts';
import { FinalRefusalError } from '@isolith/message-bus';
import { outcomeOfError } from '../../instance/outcome.js';
import type { PlacedFault } from '../trial/fault.js';
import type { EventHistory, EventSubject } from './event-history.js';
import { EventLife } from './event-life.js';
import { EventWorld } from './event-world.js';

/** Outages end by themselves after so many attempts. */
const OUTAGE_ATTEMPTS = 3;

/** How one delivery of the event ended. */
type End = 'handled' | 'crashed' | 'stood still' | { readonly error: unknown };

/**
 * Gives an event to hosts until it is handled, or parked: another one where one stops, and again where it came to
 * nothing. Of what is parked because of a fault a person mends that and replays the event.
 */
export async function runEvent(subject: EventSubject, faults: readonly PlacedFault[]): Promise<EventHistory> {
  const world = new EventWorld(subject, faults);
  const waiting: { readonly life: EventLife; readonly done: Promise<End> }[] = [];
  const { attempts } = subject.choreography.retry;
  // Each fault may park it once, and each of its hosts may stop.
  const mostTurns = (attempts + OUTAGE_ATTEMPTS + 2) * (faults.length + 1);
  let end: EventHistory['end'];
  let [defects, outages, replays, replay] = [0, 0, 0, false];
  for (let host = 1; end === undefined && host <= mostTurns; host += 1) {
    world.trace.push({ what: 'delivered', host, replay });
    replay = false;
    const life = new EventLife(world, host);
    const done = life.react().then(
      (): End => 'handled',
      (error: unknown): End => ({ error }),
    );
    const how = await Promise.race([done, life.stopped]);
    world.receivers.expectNoMistake();
    if (how === 'stood still') waiting.push({ life, done });
    if (how === 'handled') {
      world.trace.push({ what: 'handled', host });
      if (!world.comesAgain()) end = 'handled';
    }
    if (typeof how === 'string') continue;
    const { error } = how;
    const final = error instanceof FinalRefusalError;
    const outcome = outcomeOfError(tellable(error), true);
    const passing = !final && outcome.kind === 'open' && outcome.passing;
    if (passing && (outages += 1) >= OUTAGE_ATTEMPTS) world.mend();
    if (passing || (!final && (defects += 1) < attempts)) {
      world.trace.push({ what: 'failed', host, error });
      continue;
    }
    world.trace.push({ what: 'parked', host, final, type: error instanceof IsolithError ? error.code : String(error) });
    if (replays >= faults.length) end = 'parked';
    world.mend();
    [defects, replays, replay] = [0, replays + 1, true];
  }
  for (const { life, done } of waiting) {
    life.release();
    await Promise.race([done, life.crashed]);
  }
  await world.deliveries.arriveAgain();
  world.receivers.expectNoMistake();
  const { trace, points } = world;
  return { choreography: subject.choreography, event: subject.event, faults, trace, points, end };
}
