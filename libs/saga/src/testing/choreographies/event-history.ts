import type { Choreography } from '../../choreography/choreography.js';
import type { react } from '../../choreography/react.js';
import type { Explorable } from '../trial/explore.js';
import type { Receivers } from '../trial/receivers.js';
import type { Happened } from './happening.js';

/** What deals with an event; `react` is the sound one. */
export type React = typeof react;

/** One event for a choreography, and what surrounds it, for any number of histories. */
export interface EventSubject {
  readonly choreography: Choreography;
  readonly event: object;
  readonly eventId: string;
  readonly receivers: (receivers: Receivers) => void;
  readonly react: React;
}

/** What happened to an event under some faults. */
export interface EventHistory extends Explorable {
  readonly choreography: Choreography;
  readonly event: object;
  readonly trace: readonly Happened[];
  /** Undefined when it had none. */
  readonly end: 'handled' | 'parked' | undefined;
}
