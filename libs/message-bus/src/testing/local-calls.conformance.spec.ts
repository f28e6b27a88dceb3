import { describe, it } from '@jest/globals';
import { notApplicable } from './fixtures/in-process.js';
import { localDeviations, onLocalCalls, withoutSignal } from './fixtures/on-local-calls.js';
import { describeTransport, kitObligations } from './index.js';

const others = kitObligations.map(({ id }) => id).filter((id) => id !== withoutSignal.obligation);

describeTransport(
  'calls within a host',
  onLocalCalls,
  { deviations: localDeviations, notApplicable, only: others },
  { describe, it },
);
describeTransport(
  'calls within a host, whose caller gives up',
  onLocalCalls,
  { deviations: [withoutSignal], notApplicable, only: [withoutSignal.obligation], patienceMs: 500 },
  { describe, it },
);
