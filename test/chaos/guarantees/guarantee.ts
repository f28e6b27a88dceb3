/** A test that proves something that neither the kit nor a run with faults looks at. */
export interface Proof {
  readonly file: string;
  /** A part of its title, as it stands in the file. */
  readonly title: string;
}

/** One guarantee and everything that it is held to. */
export interface Guarantee {
  readonly name: string;
  readonly says: string;
  /** Ids of obligations of the conformance kit. */
  readonly obligations: readonly string[];
  /** Ids of the checks of runs with faults. */
  readonly checks: readonly string[];
  readonly proofs: readonly Proof[];
  /** What nothing here proves, as sentences. */
  readonly open: readonly string[];
}

export const proof = (file: string, title: string): Proof => ({ file, title });
