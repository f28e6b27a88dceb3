import type { Impairment } from './impairments.js';

/** Work that waits, as one look found it: of all that waits for one reason at one place, what has waited longest. */
export interface Waiting extends Pick<Impairment, 'kind' | 'name' | 'reason' | 'lookAt' | 'detail'> {
  /** For how long, in milliseconds, by a clock that nobody sets. Of work that is due later: since it is due. */
  readonly waitedMs: number;
  /** How long it may wait before it is named, in milliseconds; default 10,000. */
  readonly boundMs?: number;
  /**
   * What it is that has waited longest, where work is handled in turn: while that changes the lane moves, however much
   * waits in it. Absent: whatever waits beyond its bound is stuck.
   */
  readonly token?: string;
  /** Default `degraded`. */
  readonly effect?: Impairment['effect'];
  /** What else may make it wait, as `kind` or `kind name`: while one of those waits too, that one is named instead. */
  readonly causes?: readonly string[];
  /** How many of it wait, where it is work that requests to a context begin and that outlives them. */
  readonly backlog?: { readonly context: string; readonly count: number };
  /** Other names by which it is the cause of something, as `kind name`. */
  readonly aliases?: readonly string[];
}

/**
 * A part of the host that knows what waits in it. Implementers owe: `look` tells of work that this host should move and
 * nobody moves, with the best reason that is known; nothing of work that rests by design (a retry's pause, a parked
 * key), that another host is moving, or that nobody is asked for. Not their job: bounds of their own, deciding what is
 * stuck, saying it. A look that fails or does not end is told of by whoever looks.
 */
export interface Watched {
  readonly name: string;
  /** How often it is worth a look, in milliseconds; default 1,000, for looks into memory. */
  readonly everyMs?: number;
  look(): readonly Waiting[] | Promise<readonly Waiting[]>;
}

/** The watched parts of a host. Each joins when it is made. */
export class WatchList {
  readonly #joined = new Set<Watched>();

  join(watched: Watched): void {
    this.#joined.add(watched);
  }

  all(): readonly Watched[] {
    return [...this.#joined];
  }
}
