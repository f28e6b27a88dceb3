export { CqrsRouting } from './cqrs-routing.js';
export { BusFeatureRegistration, type BusFeature, type SubscriptionFeature } from './feature.js';
export { HostListener } from './host-listener.js';
export {
  HostLifecycle,
  StartRefusedError,
  type HostParticipant,
  type HostPhase,
  type HostStage,
} from './host-lifecycle.js';
export { MessageBusModule, type MessageBusOptions } from './message-bus.module.js';
export { requireOneCqrs } from './one-cqrs.js';
