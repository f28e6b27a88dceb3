import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../support/host.js';
import { type Shop, startShop } from '../support/shop.js';
import { signedIn } from './mcp/as-somebody.js';

const SUITE = join(import.meta.dirname, '../../node_modules/@modelcontextprotocol/conformance/dist/index.js');
const RUN_LIMIT_MS = 60_000;

/**
 * The scenarios of the public suite for servers that ask nothing of a server's tools, resources and prompts. The others
 * call what the suite's own server has by name (`test_simple_text`), or what this one does not offer: prompts,
 * completions, logging, sampling, elicitation, subscriptions, sessions.
 */
const SCENARIOS = ['server-initialize', 'ping', 'tools-list', 'resources-list', 'dns-rebinding-protection'];

let shop: Shop;
let door: Awaited<ReturnType<typeof signedIn>>;
beforeAll(async () => {
  shop = await startShop();
  door = await signedIn(shop.url, shop.admin.token ?? '');
});
afterAll(async () => {
  await door.close();
  await shop.stop();
});

/** The suite runs beside, as a command. */
const run = (scenario: string): Promise<{ readonly passed: boolean; readonly output: string }> =>
  new Promise((resolve) => {
    const words = [SUITE, 'server', '--url', `${door.url}/mcp`, '--scenario', scenario];
    const options = { cwd: temporaryFolder(), timeout: RUN_LIMIT_MS, maxBuffer: 16 * 1_024 * 1_024 };
    execFile(process.execPath, words, options, (error, stdout, stderr) =>
      resolve({ passed: error === null, output: stdout + stderr }),
    );
  });

describe("the protocol's public conformance suite", () => {
  it.each(SCENARIOS)('%s', async (scenario) => {
    const { passed, output } = await run(scenario);
    if (!passed) throw new Error(output);
    expect(output).toMatch(/Passed: [1-9]\d*\/\d+, 0 failed/);
  });
});
