import type { Transport } from '../transport.js';
import type { Trial } from './trial.js';

/** A transport under test, opened for one obligation. */
export interface OpenTransport {
  readonly transport: Transport;
  /** A second host on the same medium. Obligations between hosts don't apply without it. */
  another?(): Promise<Transport>;
  close(): Promise<void>;
}

/** Opens a transport for each obligation, with room for 40 or more in flight. A small bound makes the kit quick. */
export interface TransportFactory {
  open(): Promise<OpenTransport>;
}

/** One thing that a transport owes to everybody who sends or listens through it. */
export interface Obligation {
  /** Stable: deviations name it. */
  readonly id: string;
  readonly promise: string;
  /** Rejects when the transport does not keep the promise. */
  run(trial: Trial): Promise<void | 'not applicable'>;
}

/** A promise that a transport is known not to keep, and why that is acceptable. */
export interface Deviation {
  readonly obligation: string;
  readonly reason: string;
}
