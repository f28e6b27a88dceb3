import type { Figure } from './result.js';
import type { Surroundings } from './contestant.js';

/** `ceiling`: the least that must be done, without a framework; `ours`; `peer`: another library that does it. */
export type Role = 'ceiling' | 'ours' | 'peer';

export interface Entry {
  readonly name: string;
  readonly role: Role;
  /**
   * The file, below `bench/`, without what it is written in: `contestants/dispatch/ours.ts` or
   * `peers/moleculer/dispatch.mjs`.
   */
  readonly module: string;
  /** What it does not do that ours does, or the other way round: for whoever reads the table. */
  readonly differs?: string;
  /** Only run when the flag of this name is given. */
  readonly flag?: string;
}

/**
 * What ours is to reach: a share of the ceiling's rate per level, or at most this many microseconds for one operation.
 */
export interface Goal {
  readonly ratio?: Readonly<Record<number, number>>;
  readonly atMostUs?: number;
}

/** A subject that is measured in rounds, beside its ceiling. */
export interface RaceSubject {
  readonly kind: 'race';
  readonly name: string;
  readonly title: string;
  /** What one operation is. */
  readonly operation: string;
  readonly needs: readonly ('postgresql' | 'rabbitmq')[];
  /** Too long for a run of everything: only when it is asked for by name. */
  readonly onlyNamed?: boolean;
  /** How many operations are under way at once. */
  readonly levels: readonly number[];
  readonly entries: readonly Entry[];
  readonly goal: Goal;
  /** How long one round takes; default one second. For operations of tens of milliseconds. */
  readonly roundMs?: number;
  /** What is true of all numbers of this subject, or why a goal is not reached; stands below the table. */
  readonly notes?: readonly string[];
}

/** A subject whose numbers stand alone: memory, times of starts, counts. */
export interface FigureSubject {
  readonly kind: 'figures';
  readonly name: string;
  readonly title: string;
  readonly needs: readonly ('postgresql' | 'rabbitmq')[];
  /** Too long for a run of everything: only when it is asked for by name. */
  readonly onlyNamed?: boolean;
  readonly measure: (options: {
    readonly quick: boolean;
    readonly progress: (line: string) => void;
  }) => Promise<readonly Figure[]>;
  readonly notes?: readonly string[];
}

export type Subject = RaceSubject | FigureSubject;

/** Gives each process of a contestant a database or a virtual host that is dropped at the end. */
export interface Ground {
  readonly surroundings: Surroundings;
  drop(): Promise<void>;
}
