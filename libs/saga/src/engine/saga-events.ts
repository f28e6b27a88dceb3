import type { AnyEventClass, EventContract } from '@isolith/contracts';
import type { UnitOfWork } from '@isolith/journal';
import { eventId, type EventHandler } from '@isolith/message-bus';
import type { SagaPlan } from '../definition/saga.js';
import { versionsOf } from '../definition/versions.js';
import type { SagaSignals } from '../store/saga-signals.js';
import type { SagaEngine } from './saga-engine.js';

/** The subscription with which a context takes the events that its sagas wait for; its descriptor states it. */
export const SAGA_EVENTS = 'saga-events';

/** What takes the events of a context that its sagas wait for. */
export interface SagaEventsParts {
  readonly unit: Pick<UnitOfWork, 'run' | 'onEnd'>;
  readonly signals: Pick<SagaSignals, 'arrive'>;
  readonly engine: Pick<SagaEngine, 'wake'>;
}

/** One handler for each event that a saga waits for. Each keeps the event in the unit that its inbox completes. */
export function sagaEventHandlers(
  plans: readonly SagaPlan[],
  { unit, signals, engine }: SagaEventsParts,
): readonly EventHandler[] {
  return awaitedEvents(plans).map((event) => ({
    event,
    by: `sagas that wait for ${event.contract.name}`,
    invoke: (happened) =>
      unit.run(async () => {
        const due = await signals.arrive(arrived(event.contract, eventId(), { ...happened }));
        if (!due) return;
        unit.onEnd((committed) => {
          if (committed) engine.wake();
        });
      }),
  }));
}

/** An event as it is kept: its data was read by this contract, in whichever version it was sent. */
const arrived = ({ name, key, version }: EventContract, id: string, data: Readonly<Record<string, unknown>>) => ({
  contract: name,
  key: String(data[key]),
  id,
  schemaVersion: version,
  data,
});

/**
 * The events that steps of these sagas wait for, each once. All name one version of it, also former definitions
 * (`sagaViolations`).
 */
function awaitedEvents(plans: readonly SagaPlan[]): readonly AnyEventClass[] {
  const events = plans
    .flatMap(versionsOf)
    .flatMap(({ steps }) => steps.flatMap(({ wait }) => wait?.event?.class ?? []));
  return [...new Map(events.map((event) => [event.contract.name, event])).values()];
}
