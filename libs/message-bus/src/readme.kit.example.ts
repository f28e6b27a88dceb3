import { InProcessTransport } from '@isolith/message-bus';
import { describeTransport, type Runner } from '@isolith/message-bus/testing';

async function open() {
  const transport = new InProcessTransport({ maxInFlight: 40 });
  return { transport, close: () => transport.close() };
}

export const conformance = (runner: Runner) => describeTransport('my transport', { open }, { deviations: [] }, runner);
