import { spawn } from 'node:child_process';
import { ensureBuilt } from './compile.ts';
import { at, root } from './paths.mjs';
import { main, stopToolsOnSignal } from './steps.mjs';

/**
 * Installs and builds what is missing, then runs a program of `dist` with these arguments and those of the command
 * line; ends with its exit code.
 */
export const runBuilt = (program: string, ...args: string[]) =>
  main(async () => {
    const stopWatching = stopToolsOnSignal();
    const node = process.execPath;
    await ensureBuilt(node);
    stopWatching();
    const child = spawn(node, [at('dist', program), ...args, ...process.argv.slice(2)], {
      cwd: root,
      stdio: 'inherit',
    });
    // Ctrl-C reaches both; what was not committed by then is not there.
    process.on('SIGINT', () => undefined);
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    process.exitCode = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 1));
    });
  });
