import { describe, it } from '@jest/globals';
import { describeTransport, transportObligations } from '@isolith/message-bus/testing';
import { deviations } from '../topology/deviations.js';
import { rabbitMq } from '../spec-support/factory.js';

/** Others use the broker at the same time: see conformance.faults.services.spec.ts. */
const notApplicable = transportObligations.filter(({ needs }) => needs?.includes('restartMedium')).map(({ id }) => id);

describeTransport(
  'RabbitMQ',
  rabbitMq({ restarts: false }),
  { deviations, notApplicable, patienceMs: 8_000 },
  { describe, it },
);
