import {
  codec,
  LONGEST_TOKEN,
  MessageTooLargeError,
  NotDeliveredError,
  OutcomeUnknownError,
  parseName,
  provedText,
  servicePrincipal,
  UnauthenticatedError,
  type Envelope,
  type Principal,
} from '@isolith/contracts';
import { answerTo } from './answer.js';
import { answerDoubt, provedAnswer } from './answer-proofs.js';
import type { HandBacks } from './hand-backs.js';
import { HandedBackError, type Lack } from './handed-back.js';
import { NumberedSenders } from './numbered-senders.js';
import { refusalOf } from './refusal-of.js';
import { headOf, proofOf, readProof } from './stated-proof.js';
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
 * A token that this host can't judge: it was signed with a key that is not known here, or has expired by the clock of
 * this host.
 */
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

/** A token, and what proves single messages under it. */
export interface SignedToken {
  readonly token: string;
  /** Up to 1,792 characters of base64url that nobody can make who has seen others: for this head before this text. */
  prove(head: string, text: string): string;
  /** Whether this proves an answer to a message under it. Absent where answers are not proved. */
  provesAnswer?(head: string, text: string | Uint8Array, mac: string): boolean;
}

/** What a token says. */
export interface VerifiedToken {
  readonly principal: Principal;
  /** Which process signed it: its messages are numbered. */
  readonly host: string;
  /**
   * Whether this proves the head and the text under the token; throws UnjudgedTokenError where it is made for a reader
   * with another key. Absent where the token is of a release that proves nothing, and is believed all the same.
   */
  proves?(head: string, text: string | Uint8Array, mac: string): boolean;
  /** As `prove`, for the answer to a message under the token. Absent where answers are not proved. */
  readonly proveAnswer?: (head: string, text: string) => string;
}

/** A message whose sender is known. */
interface Admitted {
  readonly envelope: Envelope;
  /** The answer as it is to cross. */
  readonly answered: (answer: Envelope) => Envelope;
}

/**
 * Turns a principal into a token for one audience and back. Implementers owe: a token that is none, is for another
 * audience, or whose signature is wrong under a key that is known here is refused with UnauthenticatedError; one that
 * can't be judged here, with UnjudgedTokenError; what comes back is exactly what was signed. Not their job: deciding
 * what a principal may do, what a head and a text say of a message, and whether it came before.
 */
export interface PrincipalSigner {
  /** A `lasting` token has no expiry: an event may wait for its reader for as long as it takes. */
  sign(principal: Principal, audience: string, lasting: boolean): SignedToken;
  /** A lasting token is no request's and the other way round. */
  verify(token: string, audience: string, lasting: boolean): VerifiedToken;
}

/** A request came again that its medium delivers for the first time; or it is older than can be told. */
class ReplayedError extends Error {
  override readonly name = 'ReplayedError';
}

/** What whoever sent it is answered, where there is an answer. */
type Refusal = UnauthenticatedError | NotDeliveredError | OutcomeUnknownError;

/** Told of each envelope whose sender could not be established. */
export type RefusalSink = (envelope: Envelope, to: Address, reason: Error) => void;

/** Whom a token is for: the context that will read it. */
const audienceOf = (address: Address): string => (address.lane === 'broadcast' ? '*' : address.context);

/**
 * Identity between hosts: the principal crosses as a token, signed anew by the sending host for the receiving context,
 * and what a reader sees is what the token says, never what the wire says. Of what has no valid token:
 *
 *   no token, a forged one, one for another context, a lane of another context, one whose proof is of another message -->
 *     refused: a request is answered `unauthenticated`, an event is set aside as bytes, others go on
 *   a request or a broadcast that was here before, and that the medium does not deliver anew --> refused; answered `outcome-unknown`, as it
 *     may have run: whoever sends it in earnest has another number for it. An event that comes again is known by its
 *     reader's inbox
 *   a key or a time that is not this host's, who has never verified a token of another --> handed back: it may be this host
 *   a key or a time that is not this host's, who has --> refused; the request is answered `not-delivered`, because no caller may
 *     take it for the end of what it asked
 *
 * A request that comes again is answered `outcome-unknown` each time: another host may have handled it. An answer that
 * is to be proved, and is not, is refused by who asked, to whom its outcome is unknown then.
 */
export class SignedTransport implements Transport {
  readonly capabilities: TransportCapabilities;
  /** What this host has sent until now. */
  #sent = 0;

  constructor(
    private readonly inner: Transport,
    private readonly signer: PrincipalSigner,
    private readonly refused: RefusalSink,
    private readonly handBacks: Pick<HandBacks, 'note'>,
  ) {
    this.capabilities = inner.capabilities;
  }

  async send(event: Envelope, to: Address, signal: AbortSignal): Promise<void> {
    // An event speaks for the context that recorded it, whoever caused it.
    await this.inner.send(this.sign(event, servicePrincipal(event.source.slice(1)), to, true).sent, to, signal);
  }

  async request(envelope: Envelope, to: Address, signal: AbortSignal): Promise<Envelope> {
    if (envelope.principal === undefined) throw new UnauthenticatedError(`${envelope.type} says nothing of its sender`);
    const { sent, signed, number } = this.sign(envelope, envelope.principal, to, false);
    const answer = await this.inner.request(sent, to, signal);
    if (signed.provesAnswer === undefined) return answer;
    const doubt = answerDoubt(answer, { to, number }, (...said) => signed.provesAnswer?.(...said) ?? false);
    if (doubt === undefined) return answer;
    this.refused(answer, to, doubt);
    throw doubt;
  }

  listen(at: Address, on: (delivery: Delivery) => Promise<void>, setAside?: TakeSetAside): Promise<Listening> {
    // Of a subscription none: a queue that keeps what it holds may give an event again years later, and its reader
    // knows what it has handled.
    const senders = at.lane === 'subscription' ? undefined : new NumberedSenders();
    const keep: TakeSetAside | undefined = setAside && (async (what) => setAside(this.keepable(what, at)));
    return this.inner.listen(
      at,
      async (delivery) => {
        const admitted = this.admitted(delivery.envelope, at, delivery.redelivered ? undefined : senders);
        if (admitted instanceof Error) return this.refuse(delivery, at, admitted, setAside);
        await on({
          envelope: admitted.envelope,
          redelivered: delivery.redelivered,
          reply: (answer) => delivery.reply(admitted.answered(answer)),
        });
      },
      keep,
    );
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  private sign(
    { principal: _, ...envelope }: Envelope,
    principal: Principal,
    to: Address,
    lasting: boolean,
  ): { readonly sent: Envelope; readonly signed: SignedToken; readonly number: number } {
    const signed = this.signer.sign(principal, audienceOf(to), lasting);
    const { token } = signed;
    // Who reads it refuses it unread, and could not say why.
    if (token.length > LONGEST_TOKEN)
      throw new MessageTooLargeError(
        `${envelope.type} can't be sent: what says who sends it has ${token.length} characters, ${LONGEST_TOKEN} at most (${principal.roles.length} roles)`,
      );
    this.#sent += 1;
    const number = this.#sent;
    const sent = codec.prove({ ...envelope, token }, (text) =>
      proofOf({ number, mac: signed.prove(headOf(to, number), text) }),
    );
    return { sent, signed, number };
  }

  /**
   * What was set aside has left the order of its key already, and nothing lies behind it: refused again and again, one
   * that will never be valid (its key has been retired) would stand in the way of the rest for ever. It is kept as
   * bytes instead, to be looked at and never to be handled.
   */
  private keepable(what: SetAside, at: Address): SetAside {
    if ('raw' in what) return what;
    const admitted = this.admitted(what.envelope, at);
    return admitted instanceof Error ? asBytes(what.envelope) : { ...what, envelope: admitted.envelope };
  }

  /** A broadcast that is refused is counted and no more: nobody keeps what is said to all. */
  private async refuse(
    delivery: Delivery,
    at: Address,
    refusal: Refusal,
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

  /**
   * The envelope with the principal of its token, or why it is refused, which the sink is told. Throws a
   * HandedBackError when this host can't say. `senders`: where it must not have come before.
   */
  private admitted(envelope: Envelope, at: Address, senders?: NumberedSenders): Admitted | Refusal {
    try {
      return this.verified(envelope, at, senders);
    } catch (error) {
      if (error instanceof UnjudgedTokenError) {
        if (!error.proven) throw this.handedBack(error, at);
        this.refused(envelope, at, error);
        return new NotDeliveredError(`${envelope.type} came to ${addressName(at)}, where ${error.message}`);
      }
      if (error instanceof ReplayedError) {
        this.refused(envelope, at, error);
        // It may have run when it was here before, and whoever asked for it must not take the opposite from here.
        return new OutcomeUnknownError(error.message);
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

  private verified(received: Envelope, at: Address, senders: NumberedSenders | undefined): Admitted {
    const { principal: _, token, proof, ...envelope } = received;
    if (token === undefined)
      throw new UnauthenticatedError(`${envelope.type} came to ${addressName(at)} without a token`);
    const isEvent = at.lane === 'subscription' || at.lane === 'broadcast';
    // Its token is for the context of the lane, and would open every other context of this host.
    if (!isEvent && !envelope.type.startsWith(`${at.context}.`)) {
      throw new UnauthenticatedError(`${envelope.type} came to ${addressName(at)}, the lane of another context`);
    }
    const verified = this.signer.verify(token, audienceOf(at), isEvent);
    const { principal } = verified;
    // What happened in a context only that context can say.
    if (isEvent && principal.service !== parseName(envelope.type).context) {
      throw new UnauthenticatedError(`${envelope.type} was not signed by the context that owns it`);
    }
    const asIs = (answer: Envelope): Envelope => answer;
    if (verified.proves === undefined) return { envelope: { ...envelope, principal }, answered: asIs };
    const stated = proof === undefined ? undefined : readProof(proof);
    const text = provedText(received);
    if (stated === undefined || text === undefined || !verified.proves(headOf(at, stated.number), text, stated.mac))
      throw new UnauthenticatedError(`what came to ${addressName(at)} as ${envelope.type} is not what was signed`);
    if (senders !== undefined && !senders.isNew(verified.host, stated.number))
      throw new ReplayedError(`${envelope.type} came to ${addressName(at)} again, from somebody who is not its sender`);
    const { proveAnswer } = verified;
    const asked = { to: at, number: stated.number };
    return {
      envelope: { ...envelope, principal },
      answered: proveAnswer === undefined ? asIs : (answer) => provedAnswer(answer, asked, proveAnswer),
    };
  }
}

const asBytes = (envelope: Envelope): SetAside => ({
  raw: codec.encode(envelope),
  reason: 'its sender could not be established',
  refused: true,
});
