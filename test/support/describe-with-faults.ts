import { describe } from '@jest/globals';
import { controlSocket } from './broker.js';

/**
 * A describe for tests that stop, kill or choke the broker. A broker given by TRANSPORT_URL is not ours to do that to:
 * there the tests are reported as skipped, and `npm test` counts them as such and says why. In a file named
 * `*.faults.services.spec.ts` (`*.faults.spec.ts` among the journeys), which runs while no other spec uses the broker.
 */
export function describeWithFaults(name: string, body: () => void): void {
  (controlSocket() === undefined ? describe.skip : describe)(name, body);
}
