import { describe, it } from '@jest/globals';
import { describeTransport, type TransportFactory } from '@isolith/message-bus/testing';
import { deviations } from './deviations.js';
import { SpecBroker } from './spec-support/broker.js';

const rabbitMq: TransportFactory = {
  async open() {
    const broker = new SpecBroker();
    return {
      transport: await broker.transport({ prefetch: 100 }),
      another: () => broker.transport({ prefetch: 100 }),
      close: () => broker.close(),
    };
  },
};

describeTransport('RabbitMQ', rabbitMq, { deviations, patienceMs: 5_000 }, { describe, it });
