const ORIGIN = Date.now() - performance.now();

/**
 * Milliseconds since the epoch, as the host's clock said when the process began, and from then on by the monotonic
 * clock: nobody sets it, so spans measured with it are true. All moments within a process (deadlines, waits, caches)
 * are of this clock. None of them means anything to another process: what crosses is the time that is left.
 */
export const steadyNow = (): number => ORIGIN + performance.now();
