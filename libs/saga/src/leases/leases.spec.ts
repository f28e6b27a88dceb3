import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { SingleStatements, leaseTerms } from '@isolith/journal/internal';
import { until } from '@isolith/message-bus/testing';
import type { SagaRow } from '../instance/progress.js';
import { SagaLeases } from './saga-leases.js';
import { SagaTable } from '../store/saga-table.js';
import { MOVES_ON, workSaga } from '../spec-support/work-saga.js';
import type { Workshop } from '../spec-support/workshop.js';
import { withWorld } from '../spec-support/with-world.js';
import type { World, HostOptions, Parts } from '../spec-support/world.js';

let world: World;
let workshop: Workshop;
withWorld((...given) => ([world, workshop] = given));

const lease = z.object({ holder: z.string().nullable(), token: z.int(), left: z.number().nullable() });
async function leaseOf(id: string): Promise<z.output<typeof lease>> {
  const sql = `SELECT holder, token, (extract(epoch FROM leased_until - clock_timestamp()) * 1000)::float8 AS left FROM orders.saga WHERE id = $1`;
  const [found] = await world.context.database.query(lease, sql, [id]);
  if (found === undefined) throw new Error(`no saga ${id}`);
  return found;
}

/** A host by its table alone. Its leases outlast a machine that is slow. */
function bare(options: HostOptions = { leaseMs: 60_000 }): { readonly leases: SagaLeases; readonly table: SagaTable } {
  const terms = leaseTerms(options);
  const { unit, database, journal } = world.context;
  return {
    leases: new SagaLeases('orders', unit, database, terms),
    table: new SagaTable('orders', unit, new SingleStatements(journal), terms),
  };
}

const begin = async (name: `orders.${string}`, ...ids: readonly string[]): Promise<void> => {
  const declared = workSaga(name, ['a', 'b']);
  const engine = world.engine([declared], workshop.execute);
  for (const id of ids) await world.begin(engine, declared, id);
};
const only = (rows: readonly SagaRow[]): SagaRow => {
  const [row] = rows;
  if (row === undefined || rows.length > 1) throw new Error(`${rows.length} rows`);
  return row;
};

describe('a claim', () => {
  it('takes what is due and free, longest due first, for one host only', async () => {
    const known = [{ name: 'orders.claimed', version: 1 }];
    await begin('orders.claimed', 'later', 'first', 'second', 'third');
    await world.set('later', `due_at = now() + interval '1 hour'`);
    const [here, there] = [bare(), bare()];
    const except = [{ name: 'orders.claimed', id: 'third' }];
    expect((await here.leases.claim(known, except, 1)).map(({ id, token }) => ({ id, token }))).toEqual([
      { id: 'first', token: 1 },
    ]);
    expect((await there.leases.claim(known, except, 9)).map(({ id }) => id)).toEqual(['second']);
    expect(await here.leases.claim(known, except, 9)).toEqual([]);
    expect(await leaseOf('first')).toMatchObject({ holder: here.leases.terms.holder, token: 1 });
    expect(await world.timeline('orders.claimed', 'first')).toEqual(['begun']);
    expect((await here.leases.outlook(known, except)).ms).toBeGreaterThan(3_000);
    await here.leases.giveBack([{ name: 'orders.claimed', id: 'nobody' }]);
    expect((await there.leases.claim(known, except, 9)).map(({ id, token }) => ({ id, token }))).toEqual([
      { id: 'first', token: 2 },
    ]);
    expect(await world.timeline('orders.claimed', 'first')).toEqual(['begun']);
  });

  it('takes what a host left behind once its lease is over, says so, and fences that host', async () => {
    const known = [{ name: 'orders.left', version: 1 }];
    await begin('orders.left', 'left');
    const [stopped, next] = [bare(), bare()];
    const before = only(await stopped.leases.claim(known, [], 9));
    expect(await next.leases.claim(known, [], 9)).toEqual([]);
    await world.set('left', `leased_until = now()`);
    const after = only(await next.leases.claim(known, [], 9));
    expect(after.token).toBe(before.token + 1);
    expect(await world.timeline('orders.left', 'left')).toEqual([
      'begun',
      `resumed after ${stopped.leases.terms.holder}`,
    ]);

    expect(
      await stopped.table.save(before, { next: { ...before, step: 'b' }, entry: 'moved', pauseMs: 0 }, 1, true),
    ).toBeUndefined();
    expect(
      await stopped.table.save(
        { ...before, revision: after.revision },
        { next: before, entry: 'moved', pauseMs: 0 },
        1,
        true,
      ),
    ).toBeUndefined();
    await stopped.table.putOff(before, 60_000);
    await stopped.leases.renew([before]);
    await stopped.leases.giveBack([]);
    expect(await stopped.leases.held(before)).toBeUndefined();
    expect(await leaseOf('left')).toMatchObject({
      holder: next.leases.terms.holder,
      token: after.token,
      left: expect.any(Number),
    });
    expect((await leaseOf('left')).left).toBeGreaterThan(50_000);
    expect(
      (await next.table.save(after, { next: { ...after, step: 'b' }, entry: 'moved', pauseMs: 0 }, 1, true))?.revision,
    ).toBe(after.revision + 1);
    expect(await next.table.save(after, { next: after, pauseMs: 0 }, 1, true)).toBeUndefined();
  });

  it('waits for no lease where no other process can be', async () => {
    const known = [{ name: 'orders.alone', version: 1 }];
    await begin('orders.alone', 'alone');
    const dead = bare();
    await dead.leases.claim(known, [], 9);
    const alone = bare({ leaseMs: 60_000, alone: true });
    expect((await alone.leases.outlook(known, [])).ms).toBeLessThanOrEqual(0);
    expect(only(await alone.leases.claim(known, [], 9)).token).toBe(2);
    expect(await alone.leases.claim(known, [], 9)).toEqual([]);
  });

  it('leaves sagas alone that a newer version has moved, and says so once', async () => {
    const [older, newer] = [
      workSaga('orders.rolled', ['a', 'b!'], 1),
      workSaga('orders.rolled', ['a', 'n', 'b!'], 2, MOVES_ON),
    ];
    const beforehand = world.engine([older], workshop.execute);
    await world.begin(beforehand, older, 'begun by the older');
    const asked = Promise.withResolvers<void>();
    workshop.gate = async ({ what }) => {
      if (what === 'do n') await asked.promise;
    };
    const newHost = world.engine([newer], workshop.execute);
    await newHost.start();
    await world.begin(newHost, newer, 'begun by the newer');
    await until(() => workshop.received.filter(({ what }) => what === 'do n').length === 2);
    const drained = newHost.drain(AbortSignal.timeout(5_000));
    asked.resolve();
    await drained;

    const oldHost = world.engine([older], workshop.execute, { pollMs: 10 });
    const said = () =>
      world.logged.filter(({ entry }) => JSON.stringify(entry).includes('orders.rolled were moved by a newer version'));
    await oldHost.start();
    await until(() => said().length > 0);
    oldHost.wake();
    await oldHost.drain(AbortSignal.timeout(1_000));
    expect(said()).toHaveLength(1);
    for (const id of ['begun by the older', 'begun by the newer'])
      expect(await world.summary(id)).toMatchObject({ status: 'running', step: 'b' });
    await world.engine([newer], workshop.execute).start();
    for (const id of ['begun by the older', 'begun by the newer']) expect(await world.ended(id)).toBe('completed');
  });
});

describe('the lease of a saga', () => {
  const held = workSaga('orders.held', ['a', 'b']);

  it("is its host's from the begin, without a claim, and is over with its end", async () => {
    const claims: number[] = [];
    const counting = ({ table, leases, execute }: Parts): Parts => {
      const claim = leases.claim.bind(leases);
      return {
        table,
        execute,
        leases: Object.assign(leases, {
          claim: (...args: Parameters<typeof claim>) =>
            claim(...args).then((rows) => {
              claims.push(rows.length);
              return rows;
            }),
        }),
      };
    };
    const engine = world.engine([held], workshop.execute, {}, counting);
    await engine.start();
    const opened = Promise.withResolvers<void>();
    workshop.gate = () => opened.promise;
    await world.begin(engine, held, 'held');
    expect(await leaseOf('held')).toMatchObject({
      holder: expect.stringContaining(`/${process.pid}/`),
      token: 1,
      left: expect.any(Number),
    });
    opened.resolve();
    expect(await world.ended('held')).toBe('completed');
    expect(await leaseOf('held')).toEqual({ holder: null, token: 1, left: null });
    expect(claims.filter((rows) => rows > 0)).toEqual([]);
    await engine.drain(AbortSignal.timeout(1_000));
  });

  it('is renewed while a command runs for longer', async () => {
    const opened = Promise.withResolvers<void>();
    workshop.gate = () => opened.promise;
    const renewed: number[] = [];
    const counting = ({ table, leases, execute }: Parts): Parts => {
      const renew = leases.renew.bind(leases);
      return {
        table,
        execute,
        leases: Object.assign(leases, {
          renew: (...args: Parameters<typeof renew>) => renew(...args).then(() => void renewed.push(args[0].length)),
        }),
      };
    };
    const engine = world.engine([held], workshop.execute, { leaseMs: 300 }, counting);
    await engine.start();
    for (const id of ['long 1', 'long 2']) await world.begin(engine, held, id);
    await until(() => workshop.received.length === 2);
    const [before] = await world.context.database.query(
      z.object({ at: z.date() }),
      `SELECT leased_until AS at FROM orders.saga WHERE id = 'long 1'`,
    );
    // Both in one statement; the first one may have come before the second saga was there.
    await until(() => renewed.includes(2));
    await until(() => renewed.length >= 2);
    const [after] = await world.context.database.query(
      z.object({ at: z.date() }),
      `SELECT leased_until AS at FROM orders.saga WHERE id = 'long 1'`,
    );
    expect(after?.at.getTime()).toBeGreaterThan(before?.at.getTime() ?? Infinity);
    opened.resolve();
    for (const id of ['long 1', 'long 2']) expect(await world.ended(id)).toBe('completed');
    await engine.drain(AbortSignal.timeout(1_000));
  });

  it('is given back by a pause, and by a drain at once', async () => {
    let open = true;
    workshop.script = () => (open ? 'not-delivered' : 'none');
    const patient = workSaga('orders.patient', ['p!', 'q+']);
    const first = world.engine([patient], workshop.execute);
    await first.start();
    await world.begin(first, patient, 'paused');
    await world.reached('paused', ({ attempts }) => attempts > 3);
    await world.set('paused', `due_at = now() + interval '1 hour'`);
    await until(async () => (await leaseOf('paused')).holder === null);
    const opened = Promise.withResolvers<void>();
    workshop.gate = () => opened.promise;
    open = false;
    await world.begin(first, patient, 'drained');
    await until(() => workshop.received.some(({ envelope }) => envelope.correlationid === 'of drained'));
    const drained = first.drain(AbortSignal.timeout(5_000));
    opened.resolve();
    await drained;
    expect(await world.summary('drained')).toMatchObject({ status: 'running', step: 'q' });
    expect(await leaseOf('drained')).toMatchObject({ holder: null, left: null });
    const second = world.engine([patient], workshop.execute);
    await second.start();
    expect(await world.ended('drained')).toBe('completed');
    expect(await world.timeline('orders.patient', 'drained')).toEqual(['begun', 'p done', 'q done']);
    await second.drain(AbortSignal.timeout(1_000));
  });
});

describe('two hosts of one context', () => {
  it('share its sagas, each moved by one of them', async () => {
    const shared = workSaga('orders.shared', ['a', 'b', 'c!', 'd+']);
    const ids = Array.from({ length: 12 }, (_, index) => `shared ${index}`);
    await begin('orders.shared', ...ids);
    const engines = [1, 2].map(() => world.engine([shared], workshop.execute, { concurrency: 2, leaseMs: 60_000 }));
    for (const engine of engines) await engine.start();
    for (const id of ids) expect(await world.ended(id)).toBe('completed');
    // Nothing was sent twice: they don't even meet.
    expect(workshop.received).toHaveLength(ids.length * 4);
    await Promise.all(engines.map((engine) => engine.drain(AbortSignal.timeout(1_000))));
  });
});
