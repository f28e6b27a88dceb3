export type { FaultOptions, InjectedFault } from './faults/fault-options.js';
export type { FaultKind, FaultRates } from './faults/fault-plan.js';
export { parityTransport } from './faults/parity.js';
export { commandId, currentPrincipal, currentUser, eventId } from './receiving/everyday.js';
export { Ownership } from './receiving/owned.js';
export { ownOnly, owns, requireOwnershipAsked } from './receiving/ownership.js';
export { FinalRefusalError } from './receiving/final-refusal.js';
export { Handlers, type EventHandler, type RequestHandler, type SubscriptionInfo } from './receiving/handlers.js';
export { HandBacks, type HandBackSink, type HandedBack } from './transport/hand-backs.js';
export { HandedBackError, type Lack } from './transport/handed-back.js';
export { InProcessTransport } from './transport/in-process-transport.js';
export { defaultEventRetry, type EventRetry } from './receiving/event-retry.js';
export { Impairments, type CurrentImpairment, type Impairment, type ImpairmentSink } from './transport/impairments.js';
export type { NoteRest, Rest } from './receiving/in-hand.js';
export { noInbox, type Inbox } from './receiving/inbox.js';
export type { Attempt, AttemptLimits, CallPolicy } from './sending/call-policy.js';
export { derivedId, dispatchOptionsOf, withOptions, type DispatchOptions } from './sending/options.js';
export type { MessageMeter, MessageRoute } from './metering/message-meter.js';
export { neverThrowing } from './transport/never-throwing.js';
export { isHere, type Placement } from './sending/placement.js';
export type { AskedBeside } from './sending/sender.js';
export { CallInsideUnitError, NoOpenUnitError } from './receiving/refusals.js';
export { MessageRouter, type RouterOptions } from './routing/router.js';
export type { Outage } from './transport/outages.js';
export type { ErrorSink } from './receiving/receiver.js';
export {
  assertNoOpenUnit,
  currentScope,
  noteStep,
  requireScope,
  runAs,
  runInScope,
  type MessageScope,
  type OpenUnit,
} from './receiving/scope.js';
export { currentTraceparent } from './receiving/current-traceparent.js';
export { inSpan, linksFrom, markFailed } from './tracing/in-span.js';
export { contextOf, traceparentOf } from './tracing/traceparent.js';
export {
  SignedTransport,
  UnjudgedTokenError,
  type PrincipalSigner,
  type RefusalSink,
  type SignedToken,
  type VerifiedToken,
} from './transport/signed-transport.js';
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
} from './transport/transport.js';
export { WatchList, type Waiting, type Watched } from './transport/watched.js';
