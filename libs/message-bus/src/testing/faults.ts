import type { Address, SubscriptionAddress, Transport } from '../transport/transport.js';

/**
 * What the medium of a transport under test can be made to do. A factory offers what it can; an obligation that needs a
 * fault that is not offered does not apply, and the report says so. Each resolves when the fault is there, or is over.
 */
export interface Faults {
  /** Stops the medium and starts it again. What it had accepted of commands and events is still there. */
  restartMedium?(): Promise<void>;
  /** Ends the connections of the transport under test without a goodbye. It may connect again at once. */
  cutConnections?(): Promise<void>;
  /**
   * As long as it is silent, nothing that the medium says reaches the transport under test; what that sends arrives.
   */
  silence?(silent: boolean): Promise<void>;
  /** The medium objects to something and closes the channels of the transport under test; its connections stay. */
  closeChannels?(): Promise<void>;
  /** Deletes what keeps envelopes for an address, whoever uses it. */
  removeQueue?(at: Address): Promise<void>;
  /** Puts bytes that no transport encoded into what keeps envelopes for an address that somebody listens at. */
  deliverRaw?(at: Address, bytes: Uint8Array): Promise<void>;
  /** The bytes that a listener at the address has set aside because nobody can read them. */
  setAside?(at: Address): Promise<readonly Uint8Array[]>;
  /** From now on the address, to which something was sent before, holds this many envelopes and no more. */
  fillTo?(at: SubscriptionAddress, count: number): Promise<void>;
  /** A host made by `another()` is gone at once and for ever: it settles nothing and answers nobody. */
  crash?(host: Transport): Promise<void>;
}

/** What an obligation can't be tried without. */
export type Need = keyof Faults | 'another';
