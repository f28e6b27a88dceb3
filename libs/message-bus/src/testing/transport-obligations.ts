import type { Obligation } from './obligation.js';
import { addressObligations } from './obligations/addresses.js';
import { eventObligations } from './obligations/events.js';
import { faultObligations } from './obligations/faults.js';
import { handBackObligations } from './obligations/hand-backs.js';
import { listenerObligations } from './obligations/listeners.js';
import { limitObligations } from './obligations/limits.js';
import { lossObligations } from './obligations/losses.js';
import { replicaObligations } from './obligations/replicas.js';
import { requestObligations } from './obligations/requests.js';

/** Everything that a transport owes, as data. */
export const transportObligations: readonly Obligation[] = [
  ...requestObligations,
  ...faultObligations,
  ...eventObligations,
  ...listenerObligations,
  ...addressObligations,
  ...limitObligations,
  ...lossObligations,
  ...replicaObligations,
  ...handBackObligations,
];
