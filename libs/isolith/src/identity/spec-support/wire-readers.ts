import { codec, IsolithError, outcomeSchema, type Envelope, type Outcome } from '@isolith/contracts';
import { HandBacks, InProcessTransport, SignedTransport, type Address, type Transport } from '@isolith/message-bus';
import { MessageTokens } from '../../host/message-tokens.js';
import { deriveKeys } from '../../http/auth-keys.js';
import { ForeignReader, ForeignRefusal, messageKey } from './foreign-wire.js';
import { NOW, SECRET } from './wire-vectors.js';

export const key = messageKey(SECRET);
const { signal } = new AbortController();

export function addressOf(name: string): Address {
  const [context = '', rest = ''] = name.split('.');
  if (name === 'broadcast') return { lane: 'broadcast' };
  return rest === 'requests' || rest === 'queries'
    ? { lane: rest, context }
    : { lane: 'subscription', context, subscription: rest };
}

const signer = (): MessageTokens => new MessageTokens(deriveKeys(SECRET));
/** A host that has the secret of the vectors. */
export const over = (medium: Transport): SignedTransport =>
  new SignedTransport(medium, signer(), () => undefined, new HandBacks(() => undefined));

/** What Isolith makes of bytes that come to an address, as the sender of a vector sees it. */
export async function isolithHost(address: string): Promise<(bytes: Uint8Array) => Promise<unknown>> {
  const at = addressOf(address);
  const medium = new InProcessTransport();
  const kept: Envelope[] = [];
  const aside: unknown[] = [];
  await over(medium).listen(
    at,
    async (delivery) => {
      kept.push(delivery.envelope);
      if (at.lane === 'requests' || at.lane === 'queries')
        await delivery.reply({ ...delivery.envelope, kind: 'reply', data: { outcome: 'success' } satisfies Outcome });
    },
    async (what) => void aside.push(what),
  );
  const answerOf = async (envelope: Envelope): Promise<string | undefined> => {
    if (at.lane === 'subscription' || at.lane === 'broadcast') {
      await medium.send(envelope, at, signal);
      return undefined;
    }
    const outcome = outcomeSchema.parse((await medium.request(envelope, at, signal)).data);
    return outcome.outcome === 'error' ? outcome.code : undefined;
  };
  return async (bytes) => {
    try {
      const code = await answerOf(codec.decode(bytes));
      if (code !== undefined) return { refused: code };
    } catch (error) {
      if (!(error instanceof IsolithError)) throw error;
      return { refused: error.code === 'malformed-envelope' ? 'malformed' : error.code };
    }
    const envelope = kept.pop();
    if (envelope === undefined) return { refused: aside.length > 0 ? 'unauthenticated' : 'nothing was said' };
    const { principal, deadline, ...rest } = envelope;
    return { sender: principal, envelope: deadline === undefined ? rest : { ...rest, timeout: 'a deadline' } };
  };
}

/** The same as the page tells it. */
export function foreignHost(address: string): (bytes: Uint8Array) => unknown {
  const reader = new ForeignReader(key, address, () => NOW);
  return (bytes) => {
    try {
      return reader.read(bytes);
    } catch (error) {
      if (!(error instanceof ForeignRefusal)) throw error;
      return { refused: error.code };
    }
  };
}
