export { checkRecordedSagas, type CheckVersion } from './check-recorded-sagas.js';
export {
  checkChoreography,
  type ChoreographyReport,
  type ChoreographyTrial,
} from './choreographies/check-choreography.js';
export { describeChoreography } from './choreographies/describe-choreography.js';
export type { React } from './choreographies/event-history.js';
export { checkSaga, type SagaReport, type SagaTrial } from './check-saga.js';
export { describeSaga } from './describe-saga.js';
export type { AtEnd, SagaEnding } from './saga-ending.js';
export { sagaUnderTest, type SagaRun, type SagaUnderTest } from './saga-under-test.js';
export { spelledViolation, type SagaViolation } from './saga-violation.js';
export type { CommandType, SentCommand } from './scripted-answers.js';
export {
  choreographyUnderTest,
  type ChoreographyRun,
  type ChoreographyUnderTest,
  type WhenHappened,
} from './choreography-under-test.js';
export type { Act } from '../operations/operated.js';
export type { AttemptBounds, OpenTrialHost, TrialHost, TrialParts } from './trial/host.js';
export type { Receivers } from './trial/receivers.js';
export { soundHost } from './trial/sound-host.js';
