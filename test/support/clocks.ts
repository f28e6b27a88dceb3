import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './host.js';

const PRELOAD = fileURLToPath(new URL('./shifted-clock.mjs', import.meta.url));

/** The clock of one host under test. */
export interface Clock {
  /**
   * What the host is started with: `startHost({ …environment, ...clock.environment })`. It takes the place of
   * NODE_OPTIONS.
   */
  readonly environment: Readonly<Record<string, string>>;
  /** Sets the clock of the running host to this many milliseconds from the machine's, within 100 ms. */
  step(shiftMs: number): void;
}

/** A clock that is so many milliseconds ahead of the machine's, or behind it. */
export function shiftedClock(shiftMs: number, nodeOptions = ''): Clock {
  const file = `${temporaryFolder()}/shift`;
  const step = (ms: number): void => writeFileSync(file, String(ms));
  step(shiftMs);
  return {
    environment: { NODE_OPTIONS: `--import ${PRELOAD} ${nodeOptions}`.trim(), SHIFTED_CLOCK_FILE: file },
    step,
  };
}
