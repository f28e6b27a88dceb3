import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runAs } from '@isolith/message-bus';
import { until } from '@isolith/message-bus/testing';
import { createServerDatabase } from '@isolith/postgres/testing';
import { CLERK, EFFECTS, ServerHost } from '../spec-support/server-host.js';

const LEASE_MS = 400;

let place: Awaited<ReturnType<typeof createServerDatabase>>;
let here: ServerHost;

beforeAll(async () => {
  place = await createServerDatabase();
  // It only begins the run, approves, and looks on.
  here = await ServerHost.open(place.url, LEASE_MS, { warn: () => undefined, error: () => undefined });
});
afterAll(async () => {
  await here.close();
  await place.drop();
});

/** A host that kills itself; resolves with what it said last, once it is gone. */
async function live(death: object, over: Promise<void>): Promise<string> {
  const main = new URL('../spec-support/server-host.main.ts', import.meta.url).pathname;
  const config = JSON.stringify({ url: place.url, leaseMs: LEASE_MS, ...death });
  const args = ['--conditions=@isolith/source', '--import', '@swc-node/register/esm-register', main, config];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const said = text(child.stdout);
  void over.then(() => child.stdin.end());
  await once(child, 'exit');
  return child.signalCode === null ? 'lived' : ((await said).trim().split('\n').at(-1) ?? '');
}

describe('a run whose hosts are killed one after the other', () => {
  it('comes to its end, with each effect once', async () => {
    await runAs('helpdesk', () => here.runs.begin(CLERK, 'run', 'ada'));
    await runAs('helpdesk', () => here.runs.say('run', 'ada', 'Refund it.', 'first'));
    const person = until(async () => {
      const view = await here.runs.view('run', 'ada');
      for (const { id } of view?.approvals ?? [])
        await runAs('helpdesk', () => here.runs.decide('run', 'ada', id, { approved: true }));
      return view?.status === 'resting';
    }, 240_000);
    const deaths: string[] = [];
    // Of three calls the last has its effect, and is not saved; and then wherever it comes to after more than one
    // answer, so that no question is without one four times. The last host ends with its input.
    for (let life = 0; deaths.at(-1) !== 'lived'; life += 1)
      deaths.push(await live(life % 2 === 0 ? { only: 'after a call', dieAt: 2 } : { dieAt: 14 + life }, person));
    await person;
    expect(await here.runs.view('run', 'ada')).toMatchObject({ status: 'resting', end: { why: 'answered' }, turns: 6 });
    expect(await here.effects()).toEqual(EFFECTS);
    expect(deaths.filter((death) => death.includes('after a call')).length).toBeGreaterThan(1);
  }, 300_000);
});
