import { spawn } from 'node:child_process';
import { ensureBuilt } from './compile.mjs';
import { ensureInstalled } from './install.mjs';
import { node24 } from './node24.mjs';
import { at, root } from './paths.mjs';
import { main, stopToolsOnSignal } from './steps.mjs';

/**
 * Installs and builds what is missing, then runs a program of `dist` with these arguments and those of the command
 * line; ends with its exit code.
 * @param {string} program @param {...string} args
 */
export const runBuilt = (program, ...args) =>
  main(async () => {
    const stopWatching = stopToolsOnSignal();
    await ensureInstalled();
    const node = node24();
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
