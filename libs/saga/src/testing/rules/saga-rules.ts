import { endingRules } from './ending-rules.js';
import { personRules } from './person-rules.js';
import type { Rule } from './rule.js';
import { eventRules } from './event-rules.js';
import { savingRules } from './saving-rules.js';
import { sendingRules } from './sending-rules.js';
import { turningRules } from './turning-rules.js';
import { waitingRules } from './waiting-rules.js';
import { undoingRules } from './undoing-rules.js';

/** All that is looked at in every history. */
export const sagaRules: readonly Rule[] = [
  ...sendingRules,
  ...turningRules,
  ...undoingRules,
  ...endingRules,
  ...personRules,
  ...savingRules,
  ...waitingRules,
  ...eventRules,
];
