const DEFAULT_GRACE_MS = 10_000;
/** How much longer than it says a host may take to stop before it is killed. */
const STOP_MARGIN_MS = 5_000;

const milliseconds = (text: string | undefined, otherwise: number) =>
  text === undefined || text === '' ? otherwise : Number(text) || 0;

/**
 * How long a host with this environment may take to stop: it goes on serving, then drains, then closes.
 * @returns milliseconds
 */
export const stopWithinMs = (env: NodeJS.ProcessEnv): number =>
  milliseconds(env['SHUTDOWN_DELAY_MS'], 0) + milliseconds(env['SHUTDOWN_GRACE_MS'], DEFAULT_GRACE_MS) + STOP_MARGIN_MS;
