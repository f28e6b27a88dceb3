/*
 * Which process groups of tools are running. A script that is killed cannot end its tools; whoever outlives it (the
 * keeper of the servers) is told here what to end then.
 */

/** @typedef {(group: number, runs: boolean) => void} Watcher */

/** @type {Set<number>} */
const groups = new Set();
/** @type {Set<Watcher>} */
const watchers = new Set();

/** @param {number | undefined} group id of its leader; undefined: it could not be started */
export const groupStarted = (group) => {
  if (group === undefined) return;
  groups.add(group);
  for (const watcher of watchers) watcher(group, true);
};

/** @param {number | undefined} group */
export const groupEnded = (group) => {
  if (group === undefined || !groups.delete(group)) return;
  for (const watcher of watchers) watcher(group, false);
};

/**
 * Tells of the groups that run, and of each that starts or ends from now on. @param {Watcher} watcher @returns {() =>
 * void} ends the watch
 */
export const watchGroups = (watcher) => {
  watchers.add(watcher);
  for (const group of groups) watcher(group, true);
  return () => void watchers.delete(watcher);
};
