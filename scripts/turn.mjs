import { mkdirSync, readFileSync, renameSync, rmSync, linkSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { at } from './paths.mjs';
import { say, StepEnded, StepFailed } from './steps.mjs';

const POLL_MS = 250;
const LONGEST_WAIT_MS = 10 * 60_000;

/** @param {number} pid */
const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
};

/** @param {string} file @returns {number | undefined} the holder's pid, undefined when nobody holds it */
const holderOf = (file) => {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined;
    throw error;
  }
};

/**
 * Two processes that make the same thing at once (install, build) would delete files under each other, so they take
 * turns through a file with the holder's pid.
 * @template T
 * @param {string} step shown while waiting @param {() => Promise<T>} body @param {string} [queue] what they take turns
 *   at
 * @param {AbortSignal} [ending] aborted, it waits no longer; a body that has begun is its own affair
 * @returns {Promise<T>}
 * @throws {StepFailed} when the turn does not come within ten minutes; StepEnded when it is ended before
 */
export const inTurn = async (step, body, queue = 'install-and-build', ending) => {
  const file = at('.isolith', `${queue}.pid`);
  const mine = `${file}.${process.pid}`;
  mkdirSync(at('.isolith'), { recursive: true });
  writeFileSync(mine, String(process.pid));
  let taken = false;
  const release = () => {
    if (taken && holderOf(file) === process.pid) rmSync(file, { force: true });
    rmSync(mine, { force: true });
  };
  // Also on process.exit() from a signal handler; after a kill -9 the next script finds a dead pid.
  process.once('exit', release);
  try {
    await take(step, file, mine, ending);
    taken = true;
    return await body();
  } finally {
    process.removeListener('exit', release);
    release();
  }
};

/** @param {string} step @param {string} file @param {string} mine @param {AbortSignal | undefined} ending */
const take = async (step, file, mine, ending) => {
  const giveUpAt = Date.now() + LONGEST_WAIT_MS;
  let told = false;
  for (;;) {
    if (ending?.aborted === true) throw new StepEnded(step);
    try {
      // Free -> held: link() is atomic and shows the file complete with its pid.
      linkSync(mine, file);
      return;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    const holder = holderOf(file);
    if (holder !== undefined && !isAlive(holder)) {
      removeDead(file, mine, holder);
      continue;
    }
    if (Date.now() > giveUpAt)
      throw new StepFailed(step, `process ${holder} is still at it; if it is not, remove ${file}`);
    if (!told && holder !== undefined) say(step, `waiting for process ${holder}, which is at the same`);
    told = true;
    await delay(POLL_MS, undefined, { signal: ending }).catch(() => undefined);
  }
};

/**
 * Held by a dead process -> free. Another waiter may have done the same and taken its turn meanwhile: then the file
 * moved away here is the live one, and it is put back. @param {string} file @param {string} mine @param {number} dead
 */
const removeDead = (file, mine, dead) => {
  const aside = `${mine}.aside`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return;
    throw error;
  }
  if (holderOf(aside) !== dead) linkSync(aside, file);
  rmSync(aside, { force: true });
};
