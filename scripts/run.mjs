import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { pathToFileURL } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { node24 } from './node24.mjs';
import { whenNpmIsGone } from './npm-gone.mjs';
import { at } from './paths.mjs';
import { main, StepFailed, stopToolsOnSignal } from './steps.mjs';

/*
 * node scripts/run.mjs <name> …: installs what is missing, then runs scripts/<name>.ts on the Node that was installed.
 * This file and what it imports are all that any older Node has to understand.
 */
const [name = '', ...args] = process.argv.slice(2);

/**
 * Runs it as a process of its own and ends as it ends.
 * @param {string} node @param {string} script
 */
const handOver = (node, script) => {
  const child = spawn(node, [script, ...args], { stdio: 'inherit' });
  // Ctrl-C reaches the whole foreground group, the script included.
  process.on('SIGINT', () => {
    if (process.stdin.isTTY !== true) child.kill('SIGINT');
  });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  // The script sees only that this process is gone.
  whenNpmIsGone(() => child.kill('SIGTERM'));
  child.once('error', (error) => {
    process.stderr.write(`isolith  ${node} could not be started: ${error.message}\n`);
    process.exit(1);
  });
  child.once('exit', (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
};

await main(async () => {
  const script = at('scripts', `${name}.ts`);
  if (!/^[a-z-]+$/.test(name) || !existsSync(script))
    throw new StepFailed('run', `there is no scripts/${name}.ts; the commands are those of package.json`);
  const stopWatching = stopToolsOnSignal();
  await ensureInstalled();
  const node = node24();
  stopWatching();
  if (realpathSync(node) !== realpathSync(process.execPath)) return handOver(node, script);
  process.argv.splice(1, 2, script);
  await import(pathToFileURL(script).href);
});
