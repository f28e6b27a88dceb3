import { busEndingObligations } from './obligations/bus-endings.js';
import { busEventObligations } from './obligations/bus-events.js';
import { busRequestObligations } from './obligations/bus-requests.js';
import { busVersionObligations } from './obligations/bus-versions.js';
import type { Obligation } from './obligation.js';

/** What callers and handlers on two hosts see of the bus when it runs over the transport under test. */
export const busObligations: readonly Obligation[] = [
  ...busRequestObligations,
  ...busEndingObligations,
  ...busEventObligations,
  ...busVersionObligations,
];
