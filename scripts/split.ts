import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './compile.ts';
import { consoleLine } from './console-link.ts';
import { firstOrderCommand } from './first-order.ts';
import { whenNpmIsGone } from './npm-gone.mjs';
import { at, root } from './paths.mjs';
import { shopEnvironment, type ShopEnvironment } from './shop-environment.ts';
import { hostEnvironments, type StatedContext } from './split/host-environments.ts';
import { OneLog } from './split/one-log.ts';
import { secretIn } from './split/secret.ts';
import { shopServers } from './split/shop-servers.ts';
import { Supervisor } from './split/supervisor.ts';
import { main, say, seconds, StepFailed, stopToolsOnSignal } from './steps.mjs';
import { stopWithinMs } from './stop-margin.ts';

const FIRST_RESTART_MS = 500;
/** How this process itself appears in the log. */
const SPLIT = 'split';

/** The contexts of the built shop, as its hosts know them. */
const contextsOfTheShop = (node: string): readonly StatedContext[] => {
  const script = `import { shop } from ${JSON.stringify(pathToFileURL(at('dist', 'shop.js')).href)}; process.stdout.write(JSON.stringify(shop.contexts.map(({ name, settings }) => ({ name, settings: Object.keys(settings) }))))`;
  const { status, stdout, stderr } = spawnSync(node, ['--input-type=module', '--eval', script], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status !== 0) throw new StepFailed(SPLIT, 'the contexts of the shop cannot be read', stderr);
  return JSON.parse(stdout);
};

const welcome = (shop: ShopEnvironment, urls: ReadonlyMap<string, string>, startedAt: number) => {
  const url = urls.get('gateway');
  say(SPLIT, `${urls.size} hosts ready in ${seconds(startedAt)}`);
  if (url === undefined) return say(SPLIT, 'the gateway is not among them, so there is nothing to open');
  const command = firstOrderCommand(url, shop.env['ADMIN_EMAIL'] ?? '', shop.passwordFile);
  const shown = consoleLine(url, shop.env);
  process.stdout.write(
    `\n${shown === undefined ? '' : `${shown}\n`}API docs: ${url}/docs\n\nPlace an order (paste into another terminal):\n\n${command}\n\n`,
  );
};

/**
 * Runs a host for each context until all have ended.
 * @param shop with what all hosts share @returns whether all ended cleanly
 */
const runHosts = (
  node: string,
  contexts: readonly StatedContext[],
  shop: ShopEnvironment,
  startedAt: number,
): Promise<boolean> => {
  const hosts = hostEnvironments(contexts, shop.env);
  const log = new OneLog(process.stdout, [...hosts.map(({ name }) => name), SPLIT], () => supervisor.stop());
  const supervisor = new Supervisor({
    node,
    args: ['--import', pathToFileURL(at('scripts', 'stop-with-parent.ts')).href, at('dist', 'main.js')],
    cwd: root,
    hosts,
    killAfterMs: stopWithinMs(shop.env),
    firstRestartMs: FIRST_RESTART_MS,
    log,
    onSettled: (urls) => welcome(shop, urls, startedAt),
  });
  const stop = () => supervisor.stop();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  whenNpmIsGone(stop);
  return supervisor.ended;
};

// npm run split: every context in a process of its own on this machine, with one log; Ctrl-C drains them all.
await main(async () => {
  const startedAt = Date.now();
  const stopWatching = stopToolsOnSignal();
  const node = process.execPath;
  await ensureBuilt(node);
  const contexts = contextsOfTheShop(node);
  const { env, passwordFile } = shopEnvironment();
  const isGiven = env['AUTH_SECRET'] !== undefined || env['AUTH_SECRET_FILE'] !== undefined;
  const secret = isGiven ? {} : { AUTH_SECRET: secretIn(at('.isolith', 'split-secret')) };
  const servers = await shopServers();
  try {
    stopWatching();
    say(SPLIT, 'starting a host for each context');
    const clean = await runHosts(
      node,
      contexts,
      { env: { ...env, ...servers.env, ...secret }, passwordFile },
      startedAt,
    );
    process.exitCode = clean ? 0 : 1;
  } finally {
    await servers.stop();
  }
});
