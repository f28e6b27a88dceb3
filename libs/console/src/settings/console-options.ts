import type { ConsoleSettings } from './console-settings.js';

/** What a console is told by the application whose hosts show it. */
export interface ConsoleOptions {
  /** What its pages call the application. */
  readonly application: string;
  /** What the environment says: `config.settings(consoleSettings)`. */
  readonly settings: ConsoleSettings;
  /**
   * Where people sign in on this host, where they can: a path that takes `{ email, password }` by POST and answers
   * with an `accessToken`.
   */
  readonly signIn?: { readonly url: string };
  /** Folder of the built pages; those that this package brings when absent. */
  readonly pages?: string;
}

/** The options as one provider. */
export class ConsoleConfig {
  constructor(readonly options: ConsoleOptions) {}
}
