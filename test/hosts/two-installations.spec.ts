import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshVhost, type FreshVhost } from '../support/broker.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { fromSource, HostExited, startHost, temporaryFolder, type Host } from '../support/host.js';
import { runNode } from '../support/run-main.js';

let vhost: FreshVhost;
let [first, second]: FreshDatabase[] = [];
beforeAll(async () => {
  [vhost, first, second] = await Promise.all([freshVhost(), freshDatabase(), freshDatabase()]);
});
afterAll(async () => {
  await vhost.drop();
  await first?.drop();
  await second?.drop();
});

const secret = randomBytes(32).toString('hex');
const start = (database: FreshDatabase | undefined, contexts: string): Promise<Host> =>
  startHost(
    {
      CONTEXTS: contexts,
      DATABASE_URL: database?.url ?? '',
      TRANSPORT_URL: vhost.url,
      AUTH_SECRET: secret,
      DATA_DIR: `${temporaryFolder()}/data`,
      LOG_LEVEL: 'warn',
    },
    fromSource('src/main.ts'),
  );
const takeOver = async (...how: readonly string[]): Promise<{ code: number; output: string }> => {
  const { code, said } = await runNode([...fromSource('src/main.ts'), '--take-over-broker', ...how], {
    CONTEXTS: 'orders,payments',
    DATABASE_URL: second?.url ?? '',
    TRANSPORT_URL: vhost.url,
    AUTH_SECRET: secret,
  });
  return { code, output: said };
};
const refusalOf = async (starting: Promise<Host>): Promise<HostExited> => {
  const outcome = await starting.then(
    (host) => host.kill(),
    (error: unknown) => error,
  );
  if (!(outcome instanceof HostExited)) throw new Error(`expected a refusal, got ${String(outcome)}`);
  return outcome;
};

describe('a second shop on the virtual host of the first, with its secret', () => {
  it('is refused with the variable, both databases apart and what to do; the first one restarts as it was (fault 3)', async () => {
    const shop = await start(first, 'orders,payments');
    const { code, output } = await refusalOf(start(second, 'orders,payments'));
    expect(code).toBe(1);
    const lines = output.split('\n').filter((line) => line.startsWith('TRANSPORT_URL: '));
    for (const context of ['orders', 'payments']) {
      const line = lines.find((each) => each.includes(`${context} belongs to installation`)) ?? '';
      expect(line).toContain(vhost.name);
      expect(line).toContain(`database ${second?.name}`);
      expect(new Set(line.match(/installation [0-9a-f]{8}[0-9a-f-]{28}/g)).size).toBe(2);
      expect(line).toContain('--take-over-broker');
    }
    expect(output).not.toContain(secret);
    const busy = await takeOver('--apply');
    expect(busy).toMatchObject({ code: 1, output: expect.stringContaining('still consume') });
    await shop.stop();
    expect(await (await start(first, 'orders')).stop()).toBe(0);
  });

  it('takes the virtual host over when the first one is gone: it says what that means, and does it when it is told to', async () => {
    const look = await takeOver();
    expect(look).toMatchObject({ code: 0, output: expect.stringContaining('nothing was changed') });
    expect(look.output).toMatch(/orders: belongs to installation [0-9a-f-]{36}; would go to [0-9a-f-]{36}/);
    expect(await takeOver('--apply')).toMatchObject({ code: 0, output: expect.stringContaining('payments: belonged') });
    expect(await (await start(second, 'orders,payments')).stop()).toBe(0);
  });
});
