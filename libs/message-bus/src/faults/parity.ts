import { InProcessTransport } from '../transport/in-process-transport.js';
import type { Transport } from '../transport/transport.js';
import { crossingAsJson } from './crossing-as-json.js';
import type { FaultOptions } from './fault-options.js';
import { faultyTransport } from './faulty-transport.js';

/**
 * The transport of one process that behaves as one between hosts would on a bad day: everything crosses as JSON and
 * meets faults. What an application does over it, it does after a split.
 */
export const parityTransport = (options: FaultOptions): Transport =>
  faultyTransport(crossingAsJson(new InProcessTransport()), options);
