import type { CallLog } from '../client/call-log.js';
import type { PatientClient } from '../client/patient-client.js';

/** Who takes part in the journeys of one run, and with what. */
export interface Selling {
  readonly log: CallLog;
  readonly customers: readonly PatientClient[];
  readonly admin: PatientClient;
  /** By product number. */
  readonly skus: readonly string[];
}

/** Something that a client was promised and did not get, seen by the client itself. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
}

export function member<T>(of: readonly T[], index: number): T {
  const found = of[index];
  if (found === undefined) throw new RangeError(`there is no number ${index} among ${of.length}`);
  return found;
}
