import type { Check } from './finding.js';

export const hostsStay: Check = {
  id: 'hosts-stay',
  promise:
    'No host ended that was not told to; one that was told to ended within its grace, and with 0 unless something else was wrong at that time, too.',
  find: ({ badEndings }) =>
    badEndings.map(({ host, code, output }) => ({
      harm: 'stranded' as const,
      what: `${host} ended with ${code}: ${output}`,
    })),
};
