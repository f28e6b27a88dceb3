import { codec, type Envelope } from '@isolith/contracts';
import type { Transport } from '../transport/transport.js';

const crossed = (envelope: Envelope): Envelope => codec.decode(codec.encode(envelope));

/** A transport whose envelopes and answers cross as bytes, as they do between hosts, whatever carries them. */
export function crossingAsJson(inner: Transport): Transport {
  return {
    capabilities: inner.capabilities,
    send: async (event, to, signal) => inner.send(crossed(event), to, signal),
    request: async (envelope, to, signal) => crossed(await inner.request(crossed(envelope), to, signal)),
    listen: (at, on, setAside) => inner.listen(at, on, setAside),
    close: () => inner.close(),
  };
}
