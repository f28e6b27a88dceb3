import { missingNode } from './node-version.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const problem = missingNode(process.versions.node);
if (problem !== undefined) {
  say(problem);
  process.exit(1);
}

// Only now: an older Node would fail on the first import, with something nobody understands.
const { moveShopData } = await import('./databases/move-shop-data.js');
process.exitCode = await moveShopData(process.env, say);
