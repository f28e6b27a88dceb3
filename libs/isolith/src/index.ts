export type { HostConfig } from './config/host-config.js';
export type { HostValues } from './config/host-variables.js';
export { type Environment, ownDatabaseVariable, parseConfig, type ParseOptions } from './config/parse-config.js';
export { flag, setting, wholeNumber } from './config/setting.js';
export { type Application, application } from './context/application.js';
export {
  context,
  type ContextCode,
  type ContextDescriptor,
  lazily,
  type Settings,
  type StatedSubscription,
} from './context/context.js';
export type { Seed } from './context/seeds.js';
export { InjectSettings, settingsOf, type SettingsOf } from './context/settings.js';
export { HostReport, type HostTopology } from './host/host-report.js';
export type { HostOptions, RemoteOptions } from './host/host-options.js';
export { type ContextFeature, IsolithModule } from './host/isolith.module.js';
export { runHost, type RunHostOptions } from './host/run-host.js';
export { scopeLogFields } from './host/scope-log-fields.js';
export { HOST_CONFIG } from './host/tokens.js';
export { StartRefusedError } from '@isolith/message-bus/nest';
