import type { Check } from './finding.js';

export const nothingIsLeftOver: Check = {
  id: 'nothing-is-left-over',
  promise:
    'No process is under way or waits for a person, no message is parked, every subscription was given all that it takes.',
  find: ({ leftovers: { sagas, parked, failing, behind } }) => [
    ...sagas.map(({ name, id, status, step, trouble }) => ({
      harm: 'unended' as const,
      what: `${name} ${id} is ${status} at ${step ?? 'its end'}: ${JSON.stringify(trouble)}`,
    })),
    ...parked.map(({ context, subscription, key, problem }) => ({
      harm: 'stranded' as const,
      what: `${context}.${subscription} has parked a message of key ${key}: ${problem ?? 'it waits behind another'}`,
    })),
    ...failing.map(({ context, subscription, message, attempts }) => ({
      harm: 'lost' as const,
      what: `${context}.${subscription} has failed ${attempts} times with ${message} and not taken it since`,
    })),
    ...behind.map(({ producer, subscription, events }) => ({
      harm: 'lost' as const,
      what: `${subscription} was not given ${events} events of ${producer}`,
    })),
  ],
};
