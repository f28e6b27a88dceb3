import {
  codec,
  LONGEST_TOKEN,
  MessageTooLargeError,
  NotDeliveredError,
  parseName,
  servicePrincipal,
  UnauthenticatedError,
  type Envelope,
  type Principal,
} from '@isolith/contracts';
import { answerTo } from './answer.js';
import type { HandBacks } from './hand-backs.js';
import { HandedBackError, type Lack } from './handed-back.js';
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

/** A token that this host can't judge: it was signed with a key that is not known here, or has expired by the clock of this host. */
export class UnjudgedTokenError extends Error {
  override readonly name = 'UnjudgedTokenError';

  /**
   * @param proven this host has verified tokens of other hosts: what it lacks here is the sender's, not its own
   * @param why names the key or the time, nothing else of the token
   */
  constructor(
    readonly lack: Extract<Lack, 'key' | 'time'>,
    readonly proven: boolean,
    why: string,
  ) {
    super(why);
  }
}

/**
 * Turns a principal into a token for one audience and back. Implementers owe: a token that is none, is for another audience, or
 * whose signature is wrong under a key that is known here is refused with UnauthenticatedError; one that can't be judged here, with
 * UnjudgedTokenError; what comes back is exactly what was signed. Not their job: deciding what a principal may do.
 */
export interface PrincipalSigner {
  /** A `lasting` token has no expiry: an event may wait for its reader for as long as it takes. */
  sign(principal: Principal, audience: string, lasting: boolean): string;
  /** A lasting token is no request's and the other way round. */
  verify(token: string, audience: string, lasting: boolean): Principal;
}

/** Told of each envelope whose sender could not be established. */
export type RefusalSink = (envelope: Envelope, to: Address, reason: Error) => void;

/** Whom a token is for: the context that will read it. */
const audienceOf = (address: Address): string => (address.lane === 'broadcast' ? '*' : address.context);

/**
 * Identity between hosts: the principal crosses as a token, signed anew by the sending host for the receiving context,
 * and what a reader sees is what the token says, never what the wire says. Of what has no valid token:
 *
 *   no token, a forged one, one for another context, a lane of another context --> refused: a request is answered
 *     `unauthenticated`, an event is set aside as bytes, others go on
 *   a key or a time that is not this host's, who has never verified a token of another --> handed back: it may be this host
 *   a key or a time that is not this host's, who has --> refused; the request is answered `not-delivered`, because no caller may
 *     take it for the end of what it asked
 *
 * A request that comes again is answered `outcome-unknown` each time: another host may have handled it.
 */
export class SignedTransport implements Transport {
  readonly capabilities: TransportCapabilities;

  constructor(
    private readonly inner: Transport,
    private readonly signer: PrincipalSigner,
    private readonly refused: RefusalSink,
    private readonly handBacks: Pick<HandBacks, 'note'>,
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
        const admitted = this.admitted(delivery.envelope, at);
        if (admitted instanceof Error) return this.refuse(delivery, at, admitted, setAside);
        await on({
          envelope: admitted,
          redelivered: delivery.redelivered,
          reply: (answer) => delivery.reply(answer),
        });
      },
      keep,
    );
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  private sign({ principal: _, ...envelope }: Envelope, principal: Principal, to: Address, lasting: boolean): Envelope {
    const token = this.signer.sign(principal, audienceOf(to), lasting);
    // Who reads it refuses it unread, and could not say why.
    if (token.length > LONGEST_TOKEN)
      throw new MessageTooLargeError(
        `${envelope.type} can't be sent: what says who sends it has ${token.length} characters, ${LONGEST_TOKEN} at most (${principal.roles.length} roles)`,
      );
    return { ...envelope, token };
  }

  /**
   * What was set aside has left the order of its key already, and nothing lies behind it: refused again and again, one that
   * will never be valid (its key has been retired) would stand in the way of the rest for ever. It is kept as bytes instead,
   * to be looked at and never to be handled.
   */
  private keepable(what: SetAside, at: Address): SetAside {
    if ('raw' in what) return what;
    const admitted = this.admitted(what.envelope, at);
    return admitted instanceof Error ? asBytes(what.envelope) : { ...what, envelope: admitted };
  }

  /** A broadcast that is refused is counted and no more: nobody keeps what is said to all. */
  private async refuse(
    delivery: Delivery,
    at: Address,
    refusal: UnauthenticatedError | NotDeliveredError,
    setAside: TakeSetAside | undefined,
  ): Promise<void> {
    const { envelope, redelivered } = delivery;
    if (at.lane === 'requests' || at.lane === 'queries')
      return delivery.reply(answerTo(envelope, refusalOf(refusal, redelivered)));
    if (at.lane === 'broadcast') return;
    // Where its consumer keeps nothing it stays with the medium.
    if (setAside === undefined) throw refusal;
    await setAside(asBytes(envelope));
  }

  /** The envelope with the principal of its token, or why it is refused, which the sink is told. Throws a HandedBackError when this host can't say. */
  private admitted(envelope: Envelope, at: Address): Envelope | UnauthenticatedError | NotDeliveredError {
    try {
      return this.verified(envelope, at);
    } catch (error) {
      if (error instanceof UnjudgedTokenError) {
        if (!error.proven) throw this.handedBack(error, at);
        this.refused(envelope, at, error);
        return new NotDeliveredError(`${envelope.type} came to ${addressName(at)}, where ${error.message}`);
      }
      if (!(error instanceof UnauthenticatedError)) throw error;
      this.refused(envelope, at, error);
      return error;
    }
  }

  private handedBack({ lack, message }: UnjudgedTokenError, at: Address): HandedBackError {
    const error = new HandedBackError(audienceOf(at), lack, message);
    this.handBacks.note(error);
    return error;
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

const asBytes = (envelope: Envelope): SetAside => ({
  raw: codec.encode(envelope),
  reason: 'its sender could not be established',
  refused: true,
});
