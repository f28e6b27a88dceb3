/** Of no driver. */
export const OTHER_VERSION = '0.0.0-other';

/**
 * Specs that run once more with drivers of versions that are not known: what units of work, inboxes, streams and the
 * broker's transport promise is kept with each statement and each message by itself.
 */
export const OTHER_DRIVER_SPECS = [
  'libs/event-sourcing/src/aggregates.spec.ts',
  'libs/journal/src/inbox/context-inbox.spec.ts',
  'libs/journal/src/inbox/context-inbox-new-id.spec.ts',
  'libs/journal/src/inbox/event-inbox.spec.ts',
  'libs/journal/src/inbox/intent-turn.spec.ts',
  'libs/journal/src/inbox/kept-outcomes.spec.ts',
  'libs/journal/src/unit/unit-of-work.spec.ts',
  'libs/journal/src/unit/unit-writes.spec.ts',
  'libs/message-bus-rabbitmq/src/conformance/conformance.services.spec.ts',
  'libs/message-bus-rabbitmq/src/consuming/stopping.services.spec.ts',
  'libs/message-bus-rabbitmq/src/publishing/events.services.spec.ts',
  'libs/message-bus-rabbitmq/src/requests/requests.services.spec.ts',
  'libs/saga/src/engine/saga-engine.spec.ts',
  'libs/saga/src/store/saga-saves.spec.ts',
] as const;
