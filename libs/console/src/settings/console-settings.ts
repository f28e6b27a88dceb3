import { setting } from '@isolith/isolith';
import { z } from 'zod';

const onOrOff = z.enum(['on', 'off']);

/**
 * The variables of a console, for an application to declare: `application('shop', contexts, { ...consoleSettings })`.
 *
 *   CONSOLE        `on` or `off`; without it on, but off where NODE_ENV is `production`
 *   CONSOLE_LINK   path of a file with what is to be known of a link that signs in once; without it there is none
 *   CONSOLE_SEND   `on`: whoever is signed in may send commands and queries from the console; refused in production
 */
export const consoleSettings = {
  CONSOLE: setting('on or off', onOrOff.optional()),
  CONSOLE_LINK: setting('the path of a file', z.string().min(1).max(4_096).optional()),
  CONSOLE_SEND: setting('on or off', onOrOff.default('off')),
  NODE_ENV: setting('what kind of place this is, such as production', z.string().max(200).optional()),
};

/** What the environment says of them. */
export type ConsoleSettings = z.output<z.ZodObject<typeof consoleSettings>>;

const isProduction = ({ NODE_ENV }: ConsoleSettings): boolean => NODE_ENV === 'production';

/** Whether a host shows a console. */
export const isShown = (settings: ConsoleSettings): boolean =>
  (settings.CONSOLE ?? (isProduction(settings) ? 'off' : 'on')) === 'on';

/** Whether messages may be sent from it. */
export const maySend = (settings: ConsoleSettings): boolean => isShown(settings) && settings.CONSOLE_SEND === 'on';

/** What of the settings no host may start with. */
export const settingViolations = (settings: ConsoleSettings): readonly string[] =>
  isProduction(settings) && settings.CONSOLE_SEND === 'on'
    ? ['CONSOLE_SEND: on is refused where NODE_ENV is production: there, messages are sent by who they are made for']
    : [];
