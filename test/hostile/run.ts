import { parseArgs } from 'node:util';
import { cleanUp } from '../support/host.js';
import { startShop } from '../support/shop.js';
import { attackedShop } from './attacked-shop.js';
import { sendHostileMessages } from './hostile-messages.js';
import { hostileRequests } from './hostile-requests.js';
import { sendHostile } from './hostile-run.js';

// npm run hostile -- --requests 20000 --messages 20000 --seed 7: prints what became of them; 1 when there was a 5xx or
// a pause, or something was lost.
const LONGEST_PAUSE_MS = 50;
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    messages: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const [requests, messages, seed] = [Number(values.requests), Number(values.messages), Number(values.seed)];

async function overHttp(): Promise<boolean> {
  process.stdout.write(`${requests} hostile requests, seed ${seed}\n`);
  const shop = await startShop();
  try {
    const report = await sendHostile(shop.admin, hostileRequests(requests, seed, shop.admin.token ?? ''));
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return report.faults.length === 0 && report.pauses.length === 0;
  } finally {
    await shop.stop();
  }
}

async function overTheBroker(): Promise<boolean> {
  process.stdout.write(`${messages} hostile messages, seed ${seed}\n`);
  const shop = await attackedShop();
  try {
    const report = await sendHostileMessages(shop, messages, seed);
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return (
      report.setAside === report.durable &&
      Math.max(report.longestOfOneShapeMs, report.longestProcessorPauseMs) < LONGEST_PAUSE_MS
    );
  } finally {
    await shop.stop();
  }
}

try {
  const wells = [requests === 0 || (await overHttp()), messages === 0 || (await overTheBroker())];
  if (wells.includes(false)) process.exitCode = 1;
} finally {
  await cleanUp();
}
