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

const DEFAULT_GRACE_MS = 10_000;
/** How much longer than its own grace a host may take to stop before it is killed. */
const STOP_MARGIN_MS = 5_000;
const FIRST_RESTART_MS = 500;
/** How this process itself appears in the log. */
const SPLIT = 'split';

/** The contexts of the built shop, as its hosts know them. @param {string} node @returns {readonly string[]} */
const contextsOfTheShop = (node) => {
  const script = `import { SHOP_CONTEXTS } from ${JSON.stringify(pathToFileURL(at('dist', 'shop.config.js')).href)}; process.stdout.write(JSON.stringify(SHOP_CONTEXTS))`;
  const { status, stdout, stderr } = spawnSync(node, ['--input-type=module', '--eval', script], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status !== 0) throw new StepFailed(SPLIT, 'the contexts of the shop cannot be read', stderr);
  return JSON.parse(stdout);
};

/** @param {import('./shop-environment.mjs').ShopEnvironment} shop @param {ReadonlyMap<string, number>} ports @param {number} startedAt */
const welcome = (shop, ports, startedAt) => {
  const port = ports.get('gateway');
  say(SPLIT, `${ports.size} hosts ready in ${seconds(startedAt)}`);
  if (port === undefined) return say(SPLIT, 'the gateway is not among them, so there is nothing to open');
  const url = `http://127.0.0.1:${port}`;
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
    killAfterMs: (Number(shop.env['SHUTDOWN_GRACE_MS']) || DEFAULT_GRACE_MS) + STOP_MARGIN_MS,
    firstRestartMs: FIRST_RESTART_MS,
    log,
    onSettled: (ports) => welcome(shop, ports, startedAt),
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
