import { parseArgs } from 'node:util';
import { cleanUp } from '../support/host.js';
import { startShop } from '../support/shop.js';
import { runSchemathesis } from './schemathesis/run-schemathesis.js';

// npm run outside -- --examples 100 --seed 7: prints what Schemathesis found in a built shop; 1 when it found
// something.
const { values } = parseArgs({
  options: {
    examples: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    minutes: { type: 'string', default: '30' },
  },
});
const [examples, seed] = [Number(values.examples), Number(values.seed)];
process.stdout.write(`schemathesis with ${examples} examples per operation and phase, seed ${seed}\n`);
const shop = await startShop();
try {
  const verdict = await runSchemathesis(shop, { examples, seed, limitMs: Number(values.minutes) * 60_000 });
  process.stdout.write(`${verdict.output}\n`);
  if (!verdict.passed) process.exitCode = 1;
} finally {
  await shop.stop();
  await cleanUp();
}
