import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { pathToFileURL } from 'node:url';
import { consoleLine, plannedUrl } from './console-link.ts';
import { at, root } from './paths.mjs';
import { shopEnvironment } from './shop-environment.ts';
import { main, say, stopToolsOnSignal } from './steps.mjs';

// npm run dev: the shop from its sources, started anew on every change. No build: the packages resolve to their sources
// too.
await main(async () => {
  const stopWatching = stopToolsOnSignal();
  const node = process.execPath;
  const { env } = shopEnvironment();
  stopWatching();
  say('dev', 'watching src and libs');
  const url = plannedUrl(env);
  const shown = url === undefined ? undefined : consoleLine(url, env);
  if (shown !== undefined) process.stdout.write(`${shown}\n`);
  const args = [
    '--watch-path=src',
    '--watch-path=libs',
    '--conditions=@isolith/source',
    '--import',
    pathToFileURL(at('scripts', 'typescript-hooks.mjs')).href,
    'src/main.ts',
  ];
  const watcher = spawn(node, args, { cwd: root, env, stdio: 'inherit' });
  // Ctrl-C reaches the watcher by itself; this process only waits for it.
  process.on('SIGINT', () => {
    if (process.stdin.isTTY !== true) watcher.kill('SIGINT');
  });
  process.on('SIGTERM', () => watcher.kill('SIGTERM'));
  process.on('SIGHUP', () => watcher.kill('SIGTERM'));
  watcher.once('error', (error) => {
    process.stderr.write(`isolith  could not start ${node}: ${error.message}\n`);
    process.exit(1);
  });
  watcher.once('exit', (code, signal) => {
    process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
  });
});
