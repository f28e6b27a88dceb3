/** One call of a load: what it was, and what became of it. */
export interface Called {
  readonly what: string;
  readonly status: number;
  readonly ms: number;
  /** When it was made; of `performance.now()`. */
  readonly beganAt: number;
}

export interface Load {
  readonly calls: readonly Called[];
  /** How many have been answered. */
  readonly count: number;
  /** Starts no more calls; resolves when the last is answered. */
  end(): Promise<readonly Called[]>;
}

/** Calls each of these over and over, each in `width` lanes side by side, until it is ended. */
export function steadyLoad(
  callers: Readonly<Record<string, () => Promise<{ readonly status: number }>>>,
  width = 1,
): Load {
  const calls: Called[] = [];
  const ending = new AbortController();
  const lane = async (what: string, call: () => Promise<{ readonly status: number }>): Promise<void> => {
    while (!ending.signal.aborted) {
      const began = performance.now();
      const { status } = await call();
      calls.push({ what, status, ms: performance.now() - began, beganAt: began });
    }
  };
  const lanes = Object.entries(callers).flatMap(([what, call]) =>
    Array.from({ length: width }, () => lane(what, call)),
  );
  // An error of a lane is one of the load: it is thrown by end().
  const all = Promise.allSettled(lanes);
  return {
    calls,
    get count() {
      return calls.length;
    },
    end: async () => {
      ending.abort();
      const failed = (await all).find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      return calls;
    },
  };
}
