import { readFileSync } from 'node:fs';

const CHECK_MS = 1_000;

/**
 * The ids of the parent and, where /proc tells, of its parent: npm puts a shell between itself and a script, which
 * survives npm.
 * @returns {string}
 */
const ancestors = () => {
  try {
    // "pid (name) state ppid …"; a name may contain blanks and parentheses.
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]}`;
  } catch {
    // No /proc on this system, or the parent ended just now; its id alone answers.
    return String(process.ppid);
  }
};

/**
 * Calls back when this script was started by npm and npm is gone: killed, so that it could not tell. @param {() =>
 * void} onGone
 */
export const whenNpmIsGone = (onGone) => {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const launcher = ancestors();
  setInterval(() => {
    if (ancestors() !== launcher) onGone();
  }, CHECK_MS).unref();
};
