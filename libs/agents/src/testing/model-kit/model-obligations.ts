import type { ModelObligation } from './obligation.js';
import { answerObligations } from './obligations/answers.js';
import { endingObligations } from './obligations/endings.js';
import { faultObligations } from './obligations/faults.js';
import { refusalObligations } from './obligations/refusals.js';
import { requestObligations } from './obligations/requests.js';

/** Everything that a model owes, as data. */
export const modelObligations: readonly ModelObligation[] = [
  ...answerObligations,
  ...requestObligations,
  ...endingObligations,
  ...refusalObligations,
  ...faultObligations,
];
