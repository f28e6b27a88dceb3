import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { OverloadedError } from '@isolith/contracts';
import { createServerDatabase } from '@isolith/postgres/testing';
import { runAs } from '@isolith/message-bus';
import { until } from '@isolith/message-bus/testing';
import { ReplicaProcess } from '../spec-support/replica-process.js';
import { Replica } from '../spec-support/replica.js';

const LEASE_MS = 600;
const quiet = { warn: () => undefined, error: () => undefined };

let place: Awaited<ReturnType<typeof createServerDatabase>>;
let here: Replica;
const hosts: ReplicaProcess[] = [];

beforeAll(async () => {
  place = await createServerDatabase();
  // It only begins sagas and looks on.
  here = await Replica.open(place.url, LEASE_MS, quiet);
});
afterEach(() => Promise.all(hosts.splice(0).map((host) => host.end())));
afterAll(async () => {
  await here.close();
  await place.drop();
});

function host(config: { stopsBefore?: readonly string[] }): ReplicaProcess {
  const started = new ReplicaProcess({ url: place.url, leaseMs: LEASE_MS, ...config });
  hosts.push(started);
  return started;
}

async function ended(id: string): Promise<string> {
  let status: string | undefined;
  await until(async () => {
    status = (await here.overview.list({ id }, 1))[0]?.status;
    return status !== undefined && status !== 'running' && status !== 'compensating';
  });
  return String(status);
}

describe('a process that is stopped between its claim and the send', () => {
  it('has no second effect and writes nothing, whether another has completed its saga or undone it', async () => {
    const paths = [
      { id: 'completed by another', status: 'completed', late: 'done', effects: ['do a', 'do b', 'do c'] },
      {
        id: 'undone by another',
        status: 'compensated',
        late: 'RevokedError',
        effects: ['do a', 'undo b', 'undo a', 'tell-failed'],
      },
    ];
    const [stopped, next] = [host({ stopsBefore: paths.map(({ id }) => id) }), host({})];
    for (const { id } of paths) await here.begin(id);
    await Promise.all([stopped, next].map((each) => each.says({ ready: each.pid })));
    stopped.start();
    await stopped.says({ stopping: stopped.pid });
    const overdue = `UPDATE orders.saga SET deadline_at = now() WHERE id = 'undone by another'`;
    // It may have been stopped with a transaction open, which the database ends after a while.
    await until(() =>
      runAs('orders', () => here.unit.run(() => here.unit.execute(overdue))).then(
        () => true,
        (error: unknown) => {
          if (error instanceof OverloadedError) return false;
          throw error;
        },
      ),
    );
    next.start();
    const ends = [];
    for (const { id, status } of paths) {
      expect(await ended(id)).toBe(status);
      ends.push(await here.overview.find('orders.fenced', id));
    }
    for (const end of ends)
      expect(end?.timeline.map(({ what }) => what)).toContainEqual(expect.stringContaining(`/${stopped.pid}/`));
    expect(stopped.said).not.toContainEqual(expect.objectContaining({ sent: 'do b' }));

    stopped.goOn();
    for (const { id, late, effects } of paths) {
      await stopped.says({ sent: 'do b', of: id, outcome: late });
      await stopped.says({
        message: 'saga orders.fenced was taken over while this host was at it; nothing was written',
        saga: 'orders.fenced',
        id,
      });
      expect(await here.effects(id)).toEqual(effects);
    }
    expect(await Promise.all(paths.map(({ id }) => here.overview.find('orders.fenced', id)))).toEqual(ends);
  });
});
