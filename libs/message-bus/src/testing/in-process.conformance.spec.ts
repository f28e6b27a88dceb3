import { describe, it } from '@jest/globals';
import { InProcessTransport } from '../in-process-transport.js';
import { describeTransport, type TransportFactory } from './index.js';

const inProcess = (maxInFlight?: number): TransportFactory => ({
  async open() {
    const transport = new InProcessTransport(maxInFlight === undefined ? {} : { maxInFlight });
    // Two hosts on the medium "one process" are one.
    return { transport, another: async () => transport, close: () => transport.close() };
  },
});

describeTransport('InProcessTransport', inProcess(), { deviations: [] }, { describe, it });
describeTransport('InProcessTransport with little room', inProcess(40), { deviations: [] }, { describe, it });
