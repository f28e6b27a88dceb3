// First: what an older Node lacks, or a second copy misses, is said before anything stumbles over it.
import './runtime/supported-node.js';
import './runtime/one-copy.js';

export { anyone, checkAccess, GATEWAY, owner, role, service, signedIn, type Access } from './messages/access.js';
export { codec, MalformedEnvelopeError } from './messages/codec.js';
export { compareContracts, compareSchemas, type ContractChange } from './compatibility/compatibility.js';
export { contractOf, contractsIn, isContractClass, type AnyContractClass } from './messages/contracts-in.js';
export { ContractDeclarationError } from './messages/declaration.js';
export {
  describeContract,
  describeContracts,
  jsonSchemaOf,
  type ContractDescription,
  type JsonSchema,
} from './compatibility/describe.js';
export { recordContracts, type FormerVersion, type RecordedContract } from './compatibility/recorded.js';
export { foreignSchema } from './schema/foreign-schema.js';
export { certificateEnd } from './runtime/certificate-end.js';
export { steadyNow } from './runtime/steady-now.js';
export { provedText } from './messages/proved-text.js';
export { envelopeSchema, LONGEST_TOKEN, type Envelope } from './messages/envelope.js';
export {
  ConcurrencyError,
  ContractViolationError,
  ForbiddenError,
  HandlerError,
  IdempotencyConflictError,
  IsolithError,
  MessageTooLargeError,
  NewerVersionError,
  NotDeliveredError,
  OutcomeUnknownError,
  OverloadedError,
  problemsOf,
  RevokedError,
  UnauthenticatedError,
  UnknownMessageError,
  type FieldProblem,
} from './errors/errors.js';
export {
  failure,
  Failure,
  type AnyFailureClass,
  type FailureClass,
  type FailureContract,
  type FailureSpec,
} from './messages/failure.js';
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
} from './messages/message.js';
export { guarded } from './schema/guarded.js';
export { DEEPEST, nestsTooDeep } from './schema/nesting.js';
export { line, plain } from './schema/text.js';
export { page, pagesBy, type Page, type Pages } from './schema/page.js';
export { parseName, type MessageName } from './messages/names.js';
export { outcomeOfThrown, outcomeSchema, thrownOfOutcome, UnlistedFailure, type Outcome } from './messages/outcome.js';
export { MASK, masked } from './schema/masked.js';
export { isMarked, personal, personalPaths, secret, secretFields } from './schema/personal.js';
export { delegatePrincipal, principalSchema, servicePrincipal, type Principal } from './messages/principal.js';
export { chainProblems, upcast, type Upcaster } from './messages/upcasters.js';
export { tellable, ThrownValue } from './errors/tellable.js';
