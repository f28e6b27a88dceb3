import type { Reading } from './reading.js';

/** One thing that a saga and its engine owe in every history. */
export interface Rule {
  /** Stable: reports name it. */
  readonly id: string;
  readonly promise: string;
  /** What breaks it, as a sentence; undefined when it is kept. */
  readonly broken: (reading: Reading) => string | undefined;
}
