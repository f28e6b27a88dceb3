import { afterEach, describe, expect, it } from '@jest/globals';
import { attackedShop } from '../hostile/attacked-shop.js';
import { hostileRequests } from '../hostile/hostile-requests.js';
import { sendHostileMessages } from '../hostile/hostile-messages.js';
import { sendHostile } from '../hostile/hostile-run.js';
import { startShop } from '../support/shop.js';

// A share of what `npm run hostile` sends, with its seed. How long an event loop stands still is for a quiet machine:
// it is not held here.
const seed = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000);
process.stderr.write(`hostile seed: ${seed}\n`);
const REQUESTS = 300;
const MESSAGES = 600;

const opened: { stop(): Promise<void> }[] = [];
afterEach(() => Promise.all(opened.splice(0).map((shop) => shop.stop())));

describe('a shop that is attacked', () => {
  it('answers every request with a reason, and counts it (fault 17)', async () => {
    const shop = await startShop();
    opened.push(shop);
    const report = await sendHostile(shop.admin, hostileRequests(REQUESTS, seed, shop.admin.token ?? ''), {
      findsPauses: false,
    });
    expect(report).toMatchObject({ sent: REQUESTS, counted: REQUESTS, faults: [] });
  });

  it('goes on selling while every message is refused and counted, and every durable one set aside', async () => {
    const shop = await attackedShop();
    opened.push(shop);
    const report = await sendHostileMessages(shop, MESSAGES, seed);
    expect(report).toMatchObject({ sent: MESSAGES, counted: MESSAGES, setAside: report.durable });
    expect(report.confirmed).toBeGreaterThan(0);
    expect(report.longestProcessorPauseMs).toBeGreaterThan(0);
  });
});
