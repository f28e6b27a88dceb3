import { readFileSync } from 'node:fs';

/** @typedef {{ name: string, uid: number, gid: number }} Account */

/** @param {string} name @returns {Account | undefined} */
const account = (name) => {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined || Number(uid) === 0
    ? undefined
    : { name, uid: Number(uid), gid: Number(gid) };
};

/**
 * Who a server runs as: the caller, or for root the first of these accounts that exists.
 * @param {readonly string[]} names @returns {Account | undefined} undefined: the caller is not root and stays itself
 * @throws {Error} when the caller is root and none of the accounts exists
 */
export const unprivileged = (...names) => {
  if (process.getuid?.() !== 0) return undefined;
  const found = names.map(account).find((entry) => entry !== undefined);
  if (found === undefined)
    throw new Error(`a server never runs as root, and none of the accounts ${names.join(', ')} exists`);
  return found;
};

/**
 * The command as that account. The kernel sends it `onOrphaned` when the process that started it ends in whatever way, kill -9 included.
 * @param {Account | undefined} user @param {NodeJS.Signals} onOrphaned @param {readonly string[]} command
 * @returns {[string, string[]]}
 */
export const dropped = (user, onOrphaned, command) => {
  const identity =
    user === undefined ? [] : ['--reuid', String(user.uid), '--regid', String(user.gid), '--init-groups'];
  // The kernel forgets the signal when the account changes; setpriv sets it after that.
  return ['setpriv', [...identity, '--no-new-privs', '--pdeathsig', onOrphaned, '--', ...command]];
};
