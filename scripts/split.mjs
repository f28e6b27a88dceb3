import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './compile.mjs';
import { firstOrderCommand } from './first-order.mjs';
import { ensureInstalled } from './install.mjs';
import { node24 } from './node24.mjs';
import { whenNpmIsGone } from './npm-gone.mjs';
import { at, root } from './paths.mjs';
import { shopEnvironment } from './shop-environment.mjs';
import { hostEnvironments } from './split/host-environments.mjs';
import { OneLog } from './split/one-log.mjs';
import { secretIn } from './split/secret.mjs';
import { shopServers } from './split/shop-servers.mjs';
import { Supervisor } from './split/supervisor.mjs';
import { main, say, seconds, StepFailed, stopToolsOnSignal } from './steps.mjs';
import { stopWithinMs } from './stop-margin.mjs';

const FIRST_RESTART_MS = 500;
/** How this process itself appears in the log. */
const SPLIT = 'split';

/** The contexts of the built shop, as its hosts know them. @param {string} node @returns {readonly string[]} */
const contextsOfTheShop = (node) => {
  const script = `import { shop } from ${JSON.stringify(pathToFileURL(at('dist', 'shop.js')).href)}; process.stdout.write(JSON.stringify(shop.names))`;
  const { status, stdout, stderr } = spawnSync(node, ['--input-type=module', '--eval', script], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status !== 0) throw new StepFailed(SPLIT, 'the contexts of the shop cannot be read', stderr);
  return JSON.parse(stdout);
};

/** @param {import('./shop-environment.mjs').ShopEnvironment} shop @param {ReadonlyMap<string, string>} urls @param {number} startedAt */
const welcome = (shop, urls, startedAt) => {
  const url = urls.get('gateway');
  say(SPLIT, `${urls.size} hosts ready in ${seconds(startedAt)}`);
  if (url === undefined) return say(SPLIT, 'the gateway is not among them, so there is nothing to open');
  const command = firstOrderCommand(url, shop.env['ADMIN_EMAIL'] ?? '', shop.passwordFile);
  process.stdout.write(`\nAPI docs: ${url}/docs\n\nPlace an order (paste into another terminal):\n\n${command}\n\n`);
};

/**
 * Runs a host for each context until all have ended.
 * @param {string} node @param {readonly string[]} contexts
 * @param {import('./shop-environment.mjs').ShopEnvironment} shop with what all hosts share @param {number} startedAt
 * @returns {Promise<boolean>} whether all ended cleanly
 */
const runHosts = (node, contexts, shop, startedAt) => {
  const hosts = hostEnvironments(contexts, shop.env);
  const log = new OneLog(process.stdout, [...hosts.map(({ name }) => name), SPLIT], () => supervisor.stop());
  const supervisor = new Supervisor({
    node,
    args: ['--import', pathToFileURL(at('scripts', 'stop-with-parent.mjs')).href, at('dist', 'main.js')],
    cwd: root,
    hosts,
    killAfterMs: stopWithinMs(shop.env),
    firstRestartMs: FIRST_RESTART_MS,
    log,
    onSettled: (urls) => welcome(shop, urls, startedAt),
  });
  const stop = () => supervisor.stop();
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, stop);
  whenNpmIsGone(stop);
  return supervisor.ended;
};

// npm run split: every context in a process of its own on this machine, with one log; Ctrl-C drains them all.
await main(async () => {
  const startedAt = Date.now();
  const stopWatching = stopToolsOnSignal();
  await ensureInstalled();
  const node = node24();
  await ensureBuilt(node);
  const contexts = contextsOfTheShop(node);
  const { env, passwordFile } = shopEnvironment();
  const AUTH_SECRET = env['AUTH_SECRET'] || secretIn(at('.isolith', 'split-secret'));
  const servers = await shopServers();
  try {
    stopWatching();
    say(SPLIT, 'starting a host for each context');
    const clean = await runHosts(
      node,
      contexts,
      { env: { ...env, ...servers.env, AUTH_SECRET }, passwordFile },
      startedAt,
    );
    process.exitCode = clean ? 0 : 1;
  } finally {
    await servers.stop();
  }
});
