import type { Sources } from '../sources/sources.js';

/**
 * What was promised and not kept, in the words of the people who wait for it. `turned-away`: refused for a reason that
 * is the machinery's, not the shop's.
 */
export const harms = ['lost', 'doubled', 'oversold', 'unended', 'unbalanced', 'stranded', 'turned-away'] as const;
export type Harm = (typeof harms)[number];

export interface Finding {
  /** The id of the check that found it. */
  readonly check: string;
  readonly harm: Harm;
  readonly what: string;
}

/** One promise, looked at from outside. Pure: the same sources, the same findings. */
export interface Check {
  readonly id: string;
  /** What holds when it finds nothing. */
  readonly promise: string;
  readonly find: (sources: Sources) => readonly Omit<Finding, 'check'>[];
}

export const verdictOf = (checks: readonly Check[], sources: Sources): readonly Finding[] =>
  checks.flatMap(({ id, find }) => find(sources).map((finding) => ({ check: id, ...finding })));
