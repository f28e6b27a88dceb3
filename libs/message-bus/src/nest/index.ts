export { CqrsRouting } from './cqrs-routing.js';
export type { BusFeature, SubscriptionFeature } from './feature.js';
export { HostListener } from './host-listener.js';
export { HostLifecycle, StartRefusedError, type HostParticipant, type HostPhase } from './host-lifecycle.js';
export { MessageBusModule, type MessageBusOptions } from './message-bus.module.js';
