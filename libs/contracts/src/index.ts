export { anyone, checkAccess, GATEWAY, role, service, signedIn, type Access } from './access.js';
export { codec, MalformedEnvelopeError } from './codec.js';
export { compareContracts, type ContractChange } from './compatibility.js';
export { contractOf, contractsIn, isContractClass, type AnyContractClass } from './contracts-in.js';
export { ContractDeclarationError } from './declaration.js';
export { describeContract, describeContracts, type ContractDescription, type JsonSchema } from './describe.js';
export { steadyNow } from './steady-now.js';
export { envelopeSchema, LONGEST_TOKEN, type Envelope } from './envelope.js';
export {
  ConcurrencyError,
  ContractViolationError,
  ForbiddenError,
  HandlerError,
  IdempotencyConflictError,
  IsolithError,
  MessageTooLargeError,
  NotDeliveredError,
  OutcomeUnknownError,
  OverloadedError,
  problemsOf,
  RevokedError,
  UnauthenticatedError,
  UnknownMessageError,
  type FieldProblem,
} from './errors.js';
export {
  failure,
  Failure,
  type AnyFailureClass,
  type FailureClass,
  type FailureContract,
  type FailureSpec,
} from './failure.js';
export {
  command,
  event,
  query,
  type AnyCommandClass,
  type AnyEventClass,
  type AnyQueryClass,
  type CommandClass,
  type EventClass,
  type EventContract,
  type EventSpec,
  type MessageClass,
  type OutputOf,
  type QueryClass,
  type RequestContract,
  type RequestSpec,
} from './message.js';
export { guarded } from './guarded.js';
export { line, plain } from './text.js';
export { page, pagesBy, type Page, type Pages } from './page.js';
export { parseName, type MessageName } from './names.js';
export { outcomeOfThrown, outcomeSchema, thrownOfOutcome, UnlistedFailure, type Outcome } from './outcome.js';
export { personal, personalPaths, secret, secretFields } from './personal.js';
export { principalSchema, servicePrincipal, type Principal } from './principal.js';
export { tellable, ThrownValue } from './tellable.js';
