export type { HostConfig } from './config/host-config.js';
export type { HostValues } from './variables/host-variables.js';
export { type Environment, ownDatabaseVariable, parseConfig, type ParseOptions } from './config/parse-config.js';
export { flag, setting, wholeNumber } from './variables/setting.js';
export { type Application, application } from './context/application.js';
export {
  context,
  type ContextCode,
  type ContextDescriptor,
  lazily,
  type Settings,
  type StatedSubscription,
} from './context/context.js';
export { type ContractPolicy, type PolicedNeed, type StaleAnswersOf, withPolicy } from './policies/with-policy.js';
export type { Seed } from './context/seeds.js';
export { InjectSettings, settingsOf, type SettingsOf } from './context/settings.js';
export { ContractSender, type SentByHand } from './operations/contract-sender.js';
export { HostReport, type HostTopology } from './report/host-report.js';
export { type AsyncHostOptions } from './host/async-options.js';
export { EndedSessions, type EndedSessionsOptions } from './host/ended-sessions.js';
export type { HostOptions, RemoteOptions } from './host/host-options.js';
export type { ContextFeature } from './host/context-feature.js';
export { IsolithModule } from './host/isolith.module.js';
export { runHost, type RunHostOptions } from './host/run-host.js';
export { scopeLogFields } from './host/scope-log-fields.js';
export { makeServiceKey, type MakeServiceKeyOptions } from './operations/make-service-key.js';
export { type OperateOptions, type OperateOptions as OperateSagasOptions } from './operations/at-host.js';
export { showAudit, showEvents } from './operations/operate-journal.js';
export { operateParked } from './operations/operate-parked.js';
export { type OperationsOf, operationsOf } from './operations/operations-of.js';
export { operateSagas } from './operations/operate-sagas.js';
export { HOST_CONFIG } from './config/tokens.js';
export { StartRefusedError } from '@isolith/message-bus/nest';
