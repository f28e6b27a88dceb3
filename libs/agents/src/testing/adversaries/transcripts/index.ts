import type { Transcript } from '../transcript.js';
import { budgets } from './budgets.js';
import { foreignData } from './foreign-data.js';
import { forgedApprovals } from './forged-approvals.js';
import { honest } from './honest.js';
import { injections } from './injections.js';
import { nearNames } from './near-names.js';
import { personalValues } from './personal-values.js';
import { roles } from './roles.js';
import { unicode } from './unicode.js';

/** All of them, each with a name of its own. */
export const adversarialTranscripts: readonly Transcript[] = [
  ...honest,
  ...injections,
  ...forgedApprovals,
  ...nearNames,
  ...foreignData,
  ...budgets,
  ...unicode,
  ...roles,
  ...personalValues,
];
