export { checkTransport, type KitFailure, type KitOptions, type Report } from './check-transport.js';
export { describeTransport, type Runner } from './describe-transport.js';
export { answerTo, commandEnvelope, eventEnvelope } from './envelopes.js';
export type { Deviation, Obligation } from './obligation.js';
export type { OpenTransport, TransportFactory } from './transport-factory.js';
export { transportObligations } from './transport-obligations.js';
export type { Gate, Settled, Trial } from './trial.js';
