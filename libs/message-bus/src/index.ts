export type { FaultOptions, InjectedFault } from './faults/fault-options.js';
export type { FaultKind, FaultRates } from './faults/fault-plan.js';
export { parityTransport } from './faults/parity.js';
export { commandId, currentPrincipal, currentUser, eventId } from './everyday.js';
export { Handlers, type EventHandler, type RequestHandler, type SubscriptionInfo } from './handlers.js';
export { HandBacks, type HandBackSink, type HandedBack } from './hand-backs.js';
export { HandedBackError, type Lack } from './handed-back.js';
export { InProcessTransport } from './in-process-transport.js';
export { defaultEventRetry, type EventRetry } from './event-retry.js';
export { Impairments, type CurrentImpairment, type Impairment, type ImpairmentSink } from './impairments.js';
export type { NoteRest, Rest } from './in-hand.js';
export { noInbox, type Inbox } from './inbox.js';
export { derivedId, withOptions, type DispatchOptions } from './options.js';
export { neverThrowing } from './never-throwing.js';
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
export { SignedTransport, UnjudgedTokenError, type PrincipalSigner, type RefusalSink } from './signed-transport.js';
export {
  addressName,
  RemoteRefusedError,
  type Address,
  type Claim,
  type Delivery,
  type Joining,
  type Listening,
  type Refusal,
  type RemoteHealth,
  type RemoteTransport,
  type SetAside,
  type SubscriptionAddress,
  type TakeSetAside,
  type Transport,
  type TransportCapabilities,
} from './transport.js';
export { WatchList, type Waiting, type Watched } from './watched.js';
