import type { Act } from '../../operations/operated.js';

/** A person steps in here: while a command is on its way, while the saga rests or pauses, or when it has ended. */
export interface PersonFault {
  readonly kind: 'person';
  readonly act: Act;
}

/** What befalls one delivery of a command. */
export type DeliveryFault =
  /** It reaches nobody. */
  | { readonly kind: 'not delivered' }
  /** It is done, and nobody is told. */
  | { readonly kind: 'answer lost' }
  /**
   * It is done, nobody is told, and its receiver does not know it any more: a compensation has to stand being done
   * twice.
   */
  | { readonly kind: 'answer and inbox lost' }
  /** Nobody answers in time; it arrives late, also after its compensation. */
  | { readonly kind: 'late' }
  /** The handler breaks, without an effect. */
  | { readonly kind: 'error' }
  /** A failure that may pass. */
  | { readonly kind: 'busy' }
  /** Refused for good by a failure of the contract, which `left` an effect behind or none. */
  | { readonly kind: 'refused'; readonly failure: string; readonly left: boolean }
  /** The host dies while the command is being done. */
  | { readonly kind: 'crash' }
  /** The host dies while the command is on its way; it arrives late. */
  | { readonly kind: 'crash, arrives late' }
  /** The host stands still just before it sends, for so long that another goes on with the saga; then it sends. */
  | { readonly kind: 'stands still' }
  /** From here on what is due ends so, until a person acts; the attempts of one that is `busy` arrive late, too. */
  | { readonly kind: 'always'; readonly how: 'error' | 'refused' | 'away' | 'busy'; readonly act?: Act };

/** What befalls one save, the first of which is the begin. */
export type SaveFault =
  | { readonly kind: 'crash before' }
  | { readonly kind: 'crash after' }
  /** Nothing is written, and the host is told. */
  | { readonly kind: 'save fails' }
  /** It is written, and the host is told that it failed. */
  | { readonly kind: 'save unknown' }
  /** The event of this step is there just before: before the saga, or before the step begins to wait. */
  | { readonly kind: 'event first'; readonly step: string };

/** What befalls a saga that rests until a time. */
export interface RestFault {
  /**
   * It is taken up before the time, because of nothing; or late, or when all that it waits for is over, because nobody
   * was there; or by two hosts, of which the first stands still before it does anything, and goes on at last; or by
   * another host, because the one that let it rest has died, and with it what it had in memory.
   */
  readonly kind:
    | 'fires early'
    | 'fires late'
    | 'fires when all is over'
    | 'fires twice'
    | 'its host dies'
    /** The event comes after the next reminder; right after its time; never. */
    | 'no event yet'
    | 'no event in time'
    | 'no event'
    /** It comes when time is over, before that is saved. */
    | 'event with the end'
    /** It comes, and once more when it was taken. */
    | 'event twice'
    /** Before it comes one of another key. */
    | 'event of another key';
}

/** An event was handled, and comes once more, because its host died before that was kept. */
export interface AgainFault {
  readonly kind: 'comes again';
}

/** The saga's deadline passes here: while a command is on its way, before a save, or while it rests. */
export interface LateFault {
  readonly kind: 'deadline';
}

/** What goes wrong at one point of a history. */
export type Fault = DeliveryFault | SaveFault | RestFault | LateFault | PersonFault | AgainFault;

/** A point of a history and what goes wrong there. */
export interface PlacedFault {
  /**
   * `send charge #2`, the second attempt of it; `save #3`; `rest pause #1`, in the step that waits; `pause #1`, between
   * two attempts; `end`.
   */
  readonly at: string;
  readonly fault: Fault;
}

/** As reports print it, and as `replay` takes it: `send charge #1: refused (card-refused)`. */
export const spelledFault = ({ at, fault }: PlacedFault): string => `${at}: ${spelledKind(fault)}`;

function spelledKind(fault: Fault): string {
  switch (fault.kind) {
    case 'refused':
      return `refused (${fault.failure}${fault.left ? ', which left an effect' : ''})`;
    case 'always':
      return `always ${fault.how}${fault.act === undefined ? '' : `, then a person does: ${fault.act}`}`;
    case 'person':
      return `a person does: ${fault.act}`;
    case 'event first':
      return `the event of ${fault.step} is there first`;
    default:
      return fault.kind;
  }
}
