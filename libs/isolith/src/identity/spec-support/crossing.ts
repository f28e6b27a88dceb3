import { codec, type Envelope } from '@isolith/contracts';
import { InProcessTransport, type Address, type Transport } from '@isolith/message-bus';

/** What a host sends to an address, as it crosses. Nobody is there: it is answered as not delivered. */
export async function crossing(
  host: (medium: Transport) => Pick<Transport, 'request'>,
  envelope: Envelope,
  to: Address,
): Promise<Buffer> {
  let crossed: Envelope | undefined;
  const medium = new InProcessTransport();
  const keep: Transport = {
    capabilities: medium.capabilities,
    send: async (one) => void (crossed = one),
    request: async (one) => {
      crossed = one;
      return { ...one, data: { outcome: 'error', code: 'not-delivered', detail: 'kept here' } };
    },
    listen: (at, on) => medium.listen(at, on),
    close: () => medium.close(),
  };
  await host(keep).request(envelope, to, new AbortController().signal);
  if (crossed === undefined) throw new Error('nothing was sent');
  return Buffer.from(codec.encode(crossed));
}
