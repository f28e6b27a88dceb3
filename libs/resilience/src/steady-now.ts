const ORIGIN = Date.now() - performance.now();

/**
 * Milliseconds since the epoch as the host's clock said when the process began, and from then on by the monotonic
 * clock: nobody sets it.
 */
export const steadyNow = (): number => ORIGIN + performance.now();
