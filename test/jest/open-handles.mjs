const LOOK_EVERY_MS = 10;

// The real ones: a spec file may have left fake timers in their place.
const { setTimeout, Date } = globalThis;

/**
 * How often each kind of thing keeps the process from ending: timers, sockets, servers, child processes. @returns
 * {Map<string, number>}
 */
const active = () => {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
};

/** @param {Map<string, number>} before @param {number} timers @returns {string[]} */
const added = (before, timers) =>
  [...active()].flatMap(([kind, count]) => {
    const more = count - (before.get(kind) ?? 0) - (kind === 'Timeout' ? timers : 0);
    return more > 0 ? [`${more} open ${kind}`] : [];
  });

/** Node opens each at its first use, which may be a warning in the middle of a file: they are the process's own. */
const openStandardStreams = () => [process.stdin, process.stdout, process.stderr];

/**
 * Looks at what keeps the process from ending.
 * @returns {(timers: number, withinMs: number) => Promise<string[]>} asked at the end: what has come since, beyond so
 *   many timers, and does not
 * go away by itself within that time, named for a human
 */
export const watchHandles = () => {
  openStandardStreams();
  const before = active();
  return async (timers, withinMs) => {
    const until = Date.now() + withinMs;
    while (added(before, timers).length > 0 && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS).unref());
    }
    return added(before, timers);
  };
};
