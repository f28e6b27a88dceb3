import type { Transport } from '../../transport/transport.js';

/** A transport with one of its methods done differently. */
export function between(inner: Transport, different: Partial<Pick<Transport, 'request' | 'send'>>): Transport {
  return {
    capabilities: inner.capabilities,
    send: (event, to, signal) => inner.send(event, to, signal),
    request: (envelope, to, signal) => inner.request(envelope, to, signal),
    listen: (at, on, setAside) => inner.listen(at, on, setAside),
    close: () => inner.close(),
    ...different,
  };
}
