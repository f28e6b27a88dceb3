import { spawnSync } from 'node:child_process';

/** How a program ended: with success, with something else, or it is not there at all. */
export type Ended = 'well' | 'badly' | 'not there';

interface Running {
  /** Whether a person sees what it says. */
  readonly shown: boolean;
}

/** Runs a program in a folder until it ends. It is never asked anything: it gets no standard input. */
export function runIn(folder: string, [program, ...args]: readonly [string, ...string[]], { shown }: Running): Ended {
  const output = shown ? 'inherit' : 'ignore';
  const { error, status } = spawnSync(program, args, {
    cwd: folder,
    stdio: ['ignore', output, output],
    // Package managers are scripts there, which Windows runs by a shell alone; no argument of ours needs quoting.
    shell: process.platform === 'win32',
  });
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') return 'not there';
  if (error !== undefined) throw error;
  return status === 0 ? 'well' : 'badly';
}
