export type { FaultOptions, InjectedFault } from './faults/fault-options.js';
export type { FaultKind, FaultRates } from './faults/fault-plan.js';
export { parityTransport } from './faults/parity.js';
export { Handlers, type EventHandler, type RequestHandler, type SubscriptionInfo } from './handlers.js';
export { InProcessTransport } from './in-process-transport.js';
export { defaultEventRetry, type EventRetry } from './event-retry.js';
export { noInbox, type Inbox } from './inbox.js';
export { derivedId, withOptions, type DispatchOptions } from './options.js';
export { isHere, type Placement } from './placement.js';
export { CallInsideUnitError, NoOpenUnitError } from './refusals.js';
export { MessageRouter, type RouterOptions } from './router.js';
export type { ErrorSink } from './receiver.js';
export {
  assertNoOpenUnit,
  currentScope,
  requireScope,
  runAs,
  runInScope,
  type MessageScope,
  type OpenUnit,
} from './scope.js';
export { SignedTransport, type PrincipalSigner, type RefusalSink } from './signed-transport.js';
export {
  addressName,
  type Address,
  type Delivery,
  type Listening,
  type RemoteHealth,
  type RemoteTransport,
  type SetAside,
  type SubscriptionAddress,
  type TakeSetAside,
  type Transport,
  type TransportCapabilities,
} from './transport.js';
