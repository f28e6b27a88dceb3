import { contractOf, servicePrincipal } from '@isolith/contracts';
import { UnitOfWork, type ContextJournal } from '@isolith/journal';
import { ContextInbox } from '@isolith/journal/internal';
import { defaultEventRetry, runInScope } from '@isolith/message-bus';
import { eventEnvelope } from '@isolith/message-bus/testing';
import type { SagaEngine } from '../engine/saga-engine.js';
import { SAGA_EVENTS, sagaEventHandlers } from '../engine/saga-events.js';
import { SagaSignals } from '../store/saga-signals.js';

/** An event comes to the sagas of an engine as from its subscription: through the inbox, in the unit of the handler. */
export function arrive(
  journal: ContextJournal,
  engine: Pick<SagaEngine, 'declared' | 'wake'>,
  happened: object,
  id: string,
): Promise<void> {
  const { context, schema } = journal;
  const unit = new UnitOfWork(journal);
  const handlers = sagaEventHandlers(engine.declared(), { unit, signals: new SagaSignals(schema, unit), engine });
  const name = contractOf(happened)?.name;
  const handler = handlers.find(({ event }) => event.contract.name === name);
  if (handler === undefined) throw new Error(`no saga of this engine waits for ${name ?? 'that'}`);
  const envelope = { ...eventEnvelope('work', undefined, { ...happened }), id, type: handler.event.contract.name };
  const scope = {
    context,
    principal: servicePrincipal(context),
    correlationId: id,
    envelope,
    subscription: SAGA_EVENTS,
  };
  const handle = async (): Promise<void> => void (await handler.invoke(happened));
  return runInScope(scope, () => new ContextInbox(journal).event(envelope, SAGA_EVENTS, handle, defaultEventRetry));
}
