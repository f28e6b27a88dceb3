import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Client } from './api/client.js';
import type { Config } from './api/answers/config.js';
import type { Live } from './live/live.js';
import type { Notices } from './parts/notices.js';
import type { Session } from './session/session.js';
import type { ThemeChoice } from './theme/theme.js';

/** What all pages share. */
export interface Console {
  readonly config: Config;
  readonly client: Client;
  readonly session: Session;
  readonly live: Live;
  readonly notices: Notices;
  readonly theme: ThemeChoice;
}

export const ConsoleContext = createContext<Console | undefined>(undefined);

export function useConsole(): Console {
  const found = useContext(ConsoleContext);
  if (found === undefined) throw new Error('this component stands outside of the console');
  return found;
}
