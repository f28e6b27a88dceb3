import { missingNode } from './node-version.js';

const problem = missingNode(process.versions.node);
if (problem !== undefined) {
  console.error(problem);
  process.exit(1);
}

// Only now: an older Node would fail on the first import, with something nobody understands.
const { startShop } = await import('./shop-host.js');
await startShop(process.env);
