import { describe, expect, it } from '@jest/globals';
import { checkTransport, transportObligations } from '@isolith/message-bus/testing';
import { brokerIsOurs } from '../spec-support/broker-faults.js';
import { rabbitMq } from '../spec-support/factory.js';

(brokerIsOurs ? describe : describe.skip)('RabbitMQ that is restarted', () => {
  it.each(transportObligations.filter(({ needs }) => needs?.includes('restartMedium')))(
    '$id: $promise',
    async ({ id }) => {
      const { kept, failures } = await checkTransport(rabbitMq({ restarts: true }), {
        deviations: [],
        patienceMs: 60_000,
        only: [id],
      });
      expect({ kept, failures }).toEqual({ kept: [id], failures: [] });
    },
  );
});
