import type { Check } from './finding.js';

export const answersAreExplained: Check = {
  id: 'answers-are-explained',
  promise:
    'An outage is answered as one (503, or 504 when the outcome is unknown), never as an error that nobody foresaw (500).',
  find: ({ unexplained }) => unexplained.map((what) => ({ harm: 'stranded' as const, what: `answered 500: ${what}` })),
};
