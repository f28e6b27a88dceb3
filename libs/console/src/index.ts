export { ConsoleModule } from './console.module.js';
export type { ConsoleOptions } from './settings/console-options.js';
export { type ConsoleSettings, consoleSettings } from './settings/console-settings.js';
