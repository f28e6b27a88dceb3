import {
  codec,
  parseName,
  servicePrincipal,
  UnauthenticatedError,
  type Envelope,
  type Principal,
} from '@isolith/contracts';
import { answerTo } from './answer.js';
import { refusalOf } from './refusal-of.js';
import {
  addressName,
  type Address,
  type Delivery,
  type Listening,
  type SetAside,
  type TakeSetAside,
  type Transport,
  type TransportCapabilities,
} from './transport.js';

/**
 * Turns a principal into a token for one audience and back. Implementers owe: a token that was made with another key,
 * for another audience, or that has expired is refused with UnauthenticatedError, and what comes back is exactly what
 * was signed. Not their job: deciding what a principal may do.
 */
export interface PrincipalSigner {
  /** A `lasting` token has no expiry: an event may wait for its reader for as long as it takes. */
  sign(principal: Principal, audience: string, lasting: boolean): string;
  /** A lasting token is no request's and the other way round. */
  verify(token: string, audience: string, lasting: boolean): Principal;
}

/** Told of each envelope whose sender could not be established. */
export type RefusalSink = (envelope: Envelope, to: Address, reason: UnauthenticatedError) => void;

/** Whom a token is for: the context that will read it. */
const audienceOf = (address: Address): string => (address.lane === 'broadcast' ? '*' : address.context);

/**
 * Identity between hosts: the principal crosses as a token, signed anew by the sending host for the receiving context,
 * and what a reader sees is what the token says, never what the wire says. A request without a valid token, or of another
 * context than the lane's, is answered `unauthenticated`; one that comes again `outcome-unknown`, because a host with another
 * key may have handled it. An event without one is not taken: it stays with the medium and holds up its key, because a wrong
 * key on one host must not throw away the events of another.
 */
export class SignedTransport implements Transport {
  readonly capabilities: TransportCapabilities;

  constructor(
    private readonly inner: Transport,
    private readonly signer: PrincipalSigner,
    private readonly refused: RefusalSink,
  ) {
    this.capabilities = inner.capabilities;
  }

  async send(batch: readonly Envelope[], to: Address, signal: AbortSignal): Promise<void> {
    // An event speaks for the context that recorded it, whoever caused it.
    const signed = batch.map((envelope) => this.sign(envelope, servicePrincipal(envelope.source.slice(1)), to, true));
    await this.inner.send(signed, to, signal);
  }

  async request(envelope: Envelope, to: Address, signal: AbortSignal): Promise<Envelope> {
    if (envelope.principal === undefined) throw new UnauthenticatedError(`${envelope.type} says nothing of its sender`);
    return this.inner.request(this.sign(envelope, envelope.principal, to, false), to, signal);
  }

  listen(at: Address, on: (delivery: Delivery) => Promise<void>, setAside?: TakeSetAside): Promise<Listening> {
    const keep: TakeSetAside | undefined = setAside && (async (what) => setAside(this.keepable(what, at)));
    return this.inner.listen(
      at,
      async (delivery) => {
        let envelope: Envelope;
        try {
          envelope = this.admitted(delivery.envelope, at);
        } catch (error) {
          if (!(error instanceof UnauthenticatedError)) throw error;
          if (at.lane === 'subscription' || at.lane === 'broadcast') throw error;
          await delivery.reply(answerTo(delivery.envelope, refusalOf(error, delivery.redelivered)));
          return;
        }
        await on({ envelope, redelivered: delivery.redelivered, reply: (answer) => delivery.reply(answer) });
      },
      keep,
    );
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  private sign({ principal: _, ...envelope }: Envelope, principal: Principal, to: Address, lasting: boolean): Envelope {
    return { ...envelope, token: this.signer.sign(principal, audienceOf(to), lasting) };
  }

  /**
   * What was set aside has left the order of its key already, and nothing lies behind it: refused again and again, one that
   * will never be valid (its key has been retired) would stand in the way of the rest for ever. It is kept as bytes instead,
   * to be looked at and never to be handled.
   */
  private keepable(what: SetAside, at: Address): SetAside {
    if ('raw' in what) return what;
    try {
      return { ...what, envelope: this.admitted(what.envelope, at) };
    } catch (error) {
      if (!(error instanceof UnauthenticatedError)) throw error;
      return { raw: codec.encode(what.envelope), reason: 'its sender could not be established' };
    }
  }

  /** The envelope with the principal of its token. A refusal is told to the sink and thrown. */
  private admitted(envelope: Envelope, at: Address): Envelope {
    try {
      return this.verified(envelope, at);
    } catch (error) {
      if (error instanceof UnauthenticatedError) this.refused(envelope, at, error);
      throw error;
    }
  }

  private verified({ principal: _, token, ...envelope }: Envelope, at: Address): Envelope {
    if (token === undefined)
      throw new UnauthenticatedError(`${envelope.type} came to ${addressName(at)} without a token`);
    const isEvent = at.lane === 'subscription' || at.lane === 'broadcast';
    // Its token is for the context of the lane, and would open every other context of this host.
    if (!isEvent && !envelope.type.startsWith(`${at.context}.`)) {
      throw new UnauthenticatedError(`${envelope.type} came to ${addressName(at)}, the lane of another context`);
    }
    const principal = this.signer.verify(token, audienceOf(at), isEvent);
    // What happened in a context only that context can say.
    if (isEvent && principal.service !== parseName(envelope.type).context) {
      throw new UnauthenticatedError(`${envelope.type} was not signed by the context that owns it`);
    }
    return { ...envelope, principal };
  }
}
