import { readFileSync } from 'node:fs';

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const account = (name: string): Account | undefined => {
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
 * @returns undefined: the caller is not root and stays itself
 * @throws {Error} when the caller is root and none of the accounts exists
 */
export const unprivileged = (...names: readonly string[]): Account | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  const found = names.map(account).find((entry) => entry !== undefined);
  if (found === undefined)
    throw new Error(`a server never runs as root, and none of the accounts ${names.join(', ')} exists`);
  return found;
};

/**
 * The command as that account. The kernel sends it `onOrphaned` when the process that started it ends in whatever way,
 * kill -9 included.
 */
export const dropped = (
  user: Account | undefined,
  onOrphaned: NodeJS.Signals,
  command: readonly string[],
): [string, string[]] => {
  const identity =
    user === undefined ? [] : ['--reuid', String(user.uid), '--regid', String(user.gid), '--init-groups'];
  // The kernel forgets the signal when the account changes; setpriv sets it after that.
  return ['setpriv', [...identity, '--no-new-privs', '--pdeathsig', onOrphaned, '--', ...command]];
};
