import { describe, it } from '@jest/globals';
import { InProcessTransport } from '../transport/in-process-transport.js';
import { oneHost } from './fixtures/mutant.js';
import { notApplicable } from './fixtures/in-process.js';
import { busObligations, crossingAsJson, describeTransport, faultyTransport, type FaultRates } from './index.js';

const seed = Math.floor(Math.random() * 1_000_000);
const faulty = (rates: Partial<FaultRates>) =>
  oneHost(() =>
    faultyTransport(crossingAsJson(new InProcessTransport({ maxInFlight: 40 })), {
      seed,
      rates,
      longestDelayMs: 5,
      silenceMs: 5,
    }),
  );

// Late and out of turn is what any transport may bring: every obligation is kept, however often it happens.
describeTransport(
  `in process, delayed and reordered with seed ${seed}`,
  faulty({ delay: 0.5, reorder: 0.5 }),
  { deviations: [], notApplicable },
  { describe, it },
);

/**
 * Those that look at how a single attempt ended or count what arrived, those about refusals (after an attempt that may
 * have run the outcome is unknown), and those of replicas.
 */
const OF_ONE_ATTEMPT = [
  'bus-unknown-message-never-runs',
  'bus-duplicate-delivery-is-handled-once',
  'bus-drain-finishes-what-runs',
  'bus-failures-keep-their-class',
  'bus-next-version-waits-for-its-host',
];
const only = busObligations.map(({ id }) => id).filter((id) => !OF_ONE_ATTEMPT.includes(id));

// What gets lost or comes twice is for the bus to make good: over such a transport it keeps its promises all the same.
describeTransport(
  `the bus in process, with every fault and seed ${seed}`,
  faulty({ delay: 0.3, reorder: 0.3, duplicate: 0.3, lostReply: 0.15, crash: 0.05, undelivered: 0.05 }),
  { deviations: [], notApplicable: [], only },
  { describe, it },
);
