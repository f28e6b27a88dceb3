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
} else if (more.length > 0 || (how !== undefined && how !== '--apply')) {
  console.error(
    `${process.argv.slice(2).join(' ')}: expected --repair, --roles or --take-over-broker, and --apply behind it or nothing`,
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
  console.error(`${verb}: expected nothing, to start a host, or --repair, --roles or --take-over-broker`);
  process.exitCode = 1;
}
