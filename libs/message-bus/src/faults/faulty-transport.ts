import type { Transport } from '../transport/transport.js';
import type { FaultOptions } from './fault-options.js';
import { FaultyRequests } from './faulty-requests.js';
import { FaultySends } from './faulty-sends.js';
import { Injection } from './injection.js';

/**
 * A transport whose messages meet the faults that a network, a broker and hosts that crash bring, drawn by a seed: they
 * are delayed, delivered twice, overtaken by those of other keys, lost on the way there or back. It owes what every
 * transport owes: events of one subject keep their order, nothing is dropped in silence, waits end with their signal,
 * and an error tells the truth about what ran. For tests; every delay is bounded, and so is what it holds.
 *
 * Throws a RangeError that names each option that is wrong.
 */
export function faultyTransport(inner: Transport, options: FaultOptions): Transport {
  const injection = new Injection(inner, options);
  const [requests, sends] = [new FaultyRequests(injection), new FaultySends(injection)];
  return {
    capabilities: inner.capabilities,
    send: (event, to, signal) => sends.send(event, to, signal),
    request: (envelope, to, signal) => requests.request(envelope, to, signal),
    listen: (at, on, setAside) => inner.listen(at, on, setAside),
    close: () => {
      injection.close();
      return inner.close();
    },
  };
}
