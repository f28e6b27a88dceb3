import { leaseTerms } from '@isolith/journal/internal';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newRun } from '../run/run-state.js';
import { AgentWorld, deskAgent } from '../spec-support/agent-world.js';
import type { HeldRun } from '../store/run-rows.js';
import { RunSaves } from '../store/run-saves.js';
import { RunLeases } from './run-leases.js';

const LEASE_MS = 60_000;
const clerk = deskAgent();
let world: AgentWorld;
beforeAll(async () => void (world = await AgentWorld.open()));
afterAll(() => world.close());

/** A host by its table alone: what it claims and writes, it is told to. */
function tableHost() {
  const { unit, database } = world.context;
  const leases = new RunLeases('helpdesk', unit, database, leaseTerms({ leaseMs: LEASE_MS }));
  const saves = new RunSaves('helpdesk', unit, LEASE_MS);
  const claim = async (): Promise<HeldRun> => {
    const [run] = await leases.claim([clerk.name], [], 1);
    if (run === undefined) throw new Error('nothing could be claimed');
    return run;
  };
  const rests = { entries: [], state: newRun, due: { status: 'resting' } } as const;
  const save = (run: HeldRun) => saves.save(run, run.seq, leases.terms.holder, async () => rests);
  return { leases, claim, save };
}

/** A run that is due, which a host has claimed and its user has stopped and spoken to again. */
async function stoppedOf(id: string) {
  const runs = world.runs([clerk]);
  const host = tableHost();
  await runs.begin(clerk, id, 'ada');
  await runs.say(id, 'ada', 'hello', 'first');
  const before = await host.claim();
  await runs.stop(id, 'ada');
  await runs.say(id, 'ada', 'again', 'second');
  return { host, before };
}

describe('a run that was stopped and spoken to again', () => {
  it('is written and put off by nobody who had it before', async () => {
    const { host, before } = await stoppedOf('run-1');
    expect(await host.save(before)).toBeUndefined();
    await host.leases.putOff(before, LEASE_MS);
    // Due as it was, so it can be had at once.
    expect(await host.claim()).toMatchObject({ id: 'run-1', seq: 3 });
  });

  it('is not what its host had before, when the same host claims it again', async () => {
    const { host, before } = await stoppedOf('run-2');
    const now = await host.claim();
    expect(now.id).toBe(before.id);
    expect(await host.save(before)).toBeUndefined();
    await host.leases.putOff(before, LEASE_MS);
    expect(await host.leases.renew([before])).toEqual(new Set());
    expect(await host.leases.renew([now])).toEqual(new Set(['run-2']));
    expect(await host.save(now)).toBeDefined();
  });
});
