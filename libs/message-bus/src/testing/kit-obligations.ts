import { busObligations } from './bus-obligations.js';
import type { Obligation } from './obligation.js';
import { transportObligations } from './transport-obligations.js';

/** All that the kit tries: what a transport owes by itself, and what the bus owes over it. */
export const kitObligations: readonly Obligation[] = [...transportObligations, ...busObligations];
