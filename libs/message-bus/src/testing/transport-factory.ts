import type { Transport } from '../transport/transport.js';
import type { Faults } from './faults.js';

/** A transport under test, opened for one obligation. */
export interface OpenTransport {
  readonly transport: Transport;
  /** A second host on the same medium. Obligations between hosts don't apply without it. */
  another?(): Promise<Transport>;
  /** What the medium can be made to do. Obligations that need more than is offered don't apply. */
  readonly faults?: Faults;
  close(): Promise<void>;
}

/** Opens a transport for each obligation, with room for 40 or more in flight. A small bound makes the kit quick. */
export interface TransportFactory {
  open(): Promise<OpenTransport>;
}
