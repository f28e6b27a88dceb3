import { missingNode } from './node-version.js';

// Before anything is awaited: process 1 ignores a signal that has no handler, and loading the rest takes a while.
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
const end = (): void => process.exit(0);
for (const signal of SIGNALS) process.on(signal, end);

const problem = missingNode(process.versions.node);
if (problem !== undefined) {
  console.error(problem);
  process.exit(1);
}

// Only now: an older Node would fail on the first import, with something nobody understands.
const [verb, how, ...more] = process.argv.slice(2);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
if (verb === undefined) {
  const { startShop } = await import('./shop-host.js');
  const started = startShop(process.env);
  // The host has taken the signals over: it does so before it awaits anything.
  for (const signal of SIGNALS) process.off(signal, end);
  await started;
} else if (verb === '--rebuild' && how !== undefined && more.length === 0) {
  const { rebuildShopProjection } = await import('./databases/rebuild-shop-projection.js');
  process.exitCode = await rebuildShopProjection(process.env, how, say);
} else if (verb === '--rebuild') {
  console.error('--rebuild: expected the name of one projection behind it, as in --rebuild orders.order-list');
  process.exitCode = 1;
} else if (verb === '--sagas') {
  const { operateSagas } = await import('@isolith/isolith');
  process.exitCode = await operateSagas({ words: process.argv.slice(3), env: process.env, say });
} else if (verb === '--parked' || verb === '--events' || verb === '--audit') {
  const { operateParked, showAudit, showEvents } = await import('@isolith/isolith');
  const operate = { '--parked': operateParked, '--events': showEvents, '--audit': showAudit }[verb];
  process.exitCode = await operate({ words: process.argv.slice(3), env: process.env, say });
} else if (verb === '--service-key') {
  const [{ makeServiceKey }, { shop }] = await Promise.all([import('@isolith/isolith'), import('./shop.js')]);
  process.exitCode = makeServiceKey({ application: shop, words: process.argv.slice(3), say });
} else if (more.length > 0 || (how !== undefined && how !== '--apply')) {
  console.error(
    `${process.argv.slice(2).join(' ')}: expected --repair, --roles or --take-over-broker, and --apply behind it or nothing, --rebuild and a projection, --sagas, --parked, --events or --audit and what to do, or --service-key and contexts`,
  );
  process.exitCode = 1;
} else if (verb === '--take-over-broker') {
  const { takeOverBroker } = await import('./take-over-broker.js');
  process.exitCode = await takeOverBroker(process.env, how === '--apply', say);
} else if (verb === '--repair') {
  const { repairShopData } = await import('./databases/repair-shop-data.js');
  process.exitCode = await repairShopData(process.env, how === '--apply', say);
} else if (verb === '--roles') {
  const { makeShopRoles } = await import('./databases/make-shop-roles.js');
  process.exitCode = await makeShopRoles(process.env, how === '--apply', say);
} else {
  console.error(
    `${verb}: expected nothing, to start a host, or --repair, --roles, --take-over-broker, --rebuild, --sagas, --parked, --events, --audit or --service-key`,
  );
  process.exitCode = 1;
}
