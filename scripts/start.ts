import type { Readable } from 'node:stream';
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './compile.ts';
import { consoleLine } from './console-link.ts';
import { firstOrderCommand } from './first-order.ts';
import { localUrl } from './local-url.ts';
import { whenNpmIsGone } from './npm-gone.mjs';
import { at, root } from './paths.mjs';
import { shopEnvironment, type ShopEnvironment } from './shop-environment.ts';
import { readyIn } from './split/render-log.ts';
import { main, say, seconds, stopToolsOnSignal } from './steps.mjs';
import { stopWithinMs } from './stop-margin.ts';

/** A line longer than this is no ready line; nothing of it is kept. */
const LONGEST_READY_LINE = 16 * 1024;

/** Where the host is that says in its ready line that it listens. */
const readyUrl = (line: string): string | undefined => {
  const ready = readyIn(line);
  return ready === undefined ? undefined : localUrl(ready.host, ready.port);
};

/**
 * Calls back once, with its address, when the host says that it is ready. Only looks; the bytes go to stdout unchanged.
 */
const watchForReady = (stdout: Readable, onReady: (url: string) => void) => {
  let line = '';
  const look = (chunk: Buffer) => {
    const parts = (line + chunk.toString('utf8')).split('\n');
    line = (parts.pop() ?? '').slice(0, LONGEST_READY_LINE);
    const url = parts.map(readyUrl).find((found) => found !== undefined);
    if (url === undefined) return;
    stdout.removeListener('data', look);
    onReady(url);
  };
  stdout.on('data', look);
};

/**
 * Runs the host until it ends and ends this process with the same code.
 * States: running -> (first SIGINT, SIGTERM or SIGHUP, or npm gone, or stdout gone) asked to stop, once -> exited, or
 * killed after its grace.
 */
const runShop = (node: string, shop: ShopEnvironment, startedAt: number) => {
  const host = spawn(
    node,
    ['--import', pathToFileURL(at('scripts', 'stop-with-parent.ts')).href, at('dist', 'main.js')],
    {
      cwd: root,
      env: shop.env,
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    },
  );

  let asked = false;
  const withinMs = stopWithinMs(shop.env);
  const askToStop = (signal: NodeJS.Signals, alreadySent = false) => {
    if (asked) return;
    asked = true;
    if (!alreadySent) host.kill(signal);
    setTimeout(() => {
      process.stderr.write(`isolith  the shop did not stop within ${withinMs} ms and is killed\n`);
      host.kill('SIGKILL');
    }, withinMs).unref();
  };
  // Ctrl-C reaches the whole foreground group, the host included; a second SIGINT from here could cut its drain short.
  process.on('SIGINT', () => askToStop('SIGINT', process.stdin.isTTY === true));
  process.on('SIGTERM', () => askToStop('SIGTERM'));
  process.on('SIGHUP', () => askToStop('SIGTERM'));

  // Started by npm and npm is gone (killed, so it could not tell): without this the shop would keep its data folder
  // locked unseen.
  whenNpmIsGone(() => askToStop('SIGTERM'));

  if (host.stdout !== null) {
    watchForReady(host.stdout, (url) => {
      const command = firstOrderCommand(url, shop.env['ADMIN_EMAIL'] ?? '', shop.passwordFile);
      say('start', `ready in ${seconds(startedAt)}`);
      const shown = consoleLine(url, shop.env);
      process.stdout.write(
        `\n${shown === undefined ? '' : `${shown}\n`}API docs: ${url}/docs\n\nPlace an order (paste into another terminal):\n\n${command}\n\n`,
      );
    });
    // The reader of our output is gone; a host whose log is stuck would hang sooner or later.
    process.stdout.on('error', () => {
      host.stdout?.unpipe(process.stdout);
      host.stdout?.resume();
      askToStop('SIGTERM');
    });
    host.stdout.pipe(process.stdout, { end: false });
  }

  host.once('error', (error) => {
    process.stderr.write(`isolith  the shop could not be started with ${node}: ${error.message}\n`);
    process.exit(1);
  });
  host.once('close', (code, signal) => {
    process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
    process.exit();
  });
};

await main(async () => {
  const startedAt = Date.now();
  const stopWatching = stopToolsOnSignal();
  const node = process.execPath;
  await ensureBuilt(node);
  const shop = shopEnvironment();
  stopWatching();
  say('start', 'starting the shop');
  runShop(node, shop, startedAt);
});
