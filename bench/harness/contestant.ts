/** How long one round of a contestant takes, and how many operations it keeps under way. */
export interface Work {
  readonly atOnce: number;
  readonly forMs: number;
}

export interface Measured {
  readonly operations: number;
  readonly elapsedMs: number;
  /** Of single operations, in milliseconds; absent where reading a clock twice would be most of the operation. */
  readonly latency?: { readonly p50: number; readonly p99: number };
}

/** A server and a folder that no other contestant uses. */
export interface Surroundings {
  readonly databaseUrl: string;
  readonly transportUrl: string;
  /** What the other side said of where it is; only for `open`, and only when it said so. */
  readonly serverAddress?: string | undefined;
}

/**
 * One way to do what a subject measures. It runs in a process of its own, so that neither its garbage nor what the
 * compiler has learnt of its code is another's; it is asked for rounds, and idle in between.
 */
export interface Contestant {
  run(work: Work): Promise<Measured>;
  close(): Promise<void>;
}

/** The other side of a contestant, in another process. */
export interface Server {
  /** Where it is reached, told to `open`. */
  readonly address?: string;
  close(): Promise<void>;
}

/** What the module of a contestant exports. */
export interface ContestantModule {
  /** Starts the other side, before `open`. Resolves when it can be reached. */
  readonly serve?: (surroundings: Surroundings) => Promise<Server>;
  readonly open: (surroundings: Surroundings) => Promise<Contestant>;
}
