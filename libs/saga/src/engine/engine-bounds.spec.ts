import { describe, expect, it } from '@jest/globals';
import { NoOpenUnitError, runAs } from '@isolith/message-bus';
import { until } from '@isolith/message-bus/testing';
import { MOVES_ON, workSaga } from '../spec-support/work-saga.js';
import type { Workshop } from '../spec-support/workshop.js';
import { withWorld } from '../spec-support/with-world.js';
import type { World, Parts } from '../spec-support/world.js';

let world: World;
let workshop: Workshop;

withWorld((...given) => ([world, workshop] = given));

describe('at most so many sagas at once', () => {
  const bounded = workSaga('orders.bounded', ['a', 'b']);

  it('are moved; the others wait in the table and have their turn', async () => {
    let running = 0;
    let most = 0;
    const opened = Promise.withResolvers<void>();
    workshop.gate = async () => {
      most = Math.max(most, (running += 1));
      await opened.promise;
      running -= 1;
    };
    const engine = world.engine([bounded], workshop.execute, { concurrency: 3 });
    await engine.start();
    const ids = Array.from({ length: 10 }, (_, index) => `bounded ${index}`);
    for (const id of ids) await world.begin(engine, bounded, id);
    await until(() => running === 3);
    opened.resolve();
    await Promise.all(ids.map((id) => world.ended(id)));
    expect(most).toBe(3);
    await engine.drain(AbortSignal.timeout(1_000));
  });

  it('are moved, also when some are begun while a look claims others', async () => {
    for (const id of ['claimed 1', 'claimed 2'])
      await world.begin(world.engine([bounded], workshop.execute), bounded, id);
    let running = 0;
    let most = 0;
    const opened = Promise.withResolvers<void>();
    workshop.gate = async () => {
      most = Math.max(most, (running += 1));
      await opened.promise;
      running -= 1;
    };
    const [claimed, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow = ({ table, leases, execute }: Parts): Parts => {
      const claim = leases.claim.bind(leases);
      return {
        table,
        execute,
        leases: Object.assign(leases, {
          claim: async (...args: Parameters<typeof claim>) => {
            const rows = await claim(...args);
            claimed.resolve();
            await answer.promise;
            return rows;
          },
        }),
      };
    };
    const engine = world.engine([bounded], workshop.execute, { concurrency: 2 }, slow);
    await engine.start();
    await claimed.promise;
    await world.begin(engine, bounded, 'begun meanwhile');
    await until(() => running === 1);
    answer.resolve();
    await until(() => running >= 2);
    // What found no slot is anybody's again, at once.
    await until(async () =>
      (
        await Promise.all(
          ['claimed 1', 'claimed 2'].map(async (id) => (await world.overview.find('orders.bounded', id))?.holder),
        )
      ).includes(undefined),
    );
    opened.resolve();
    for (const id of ['claimed 1', 'claimed 2', 'begun meanwhile']) expect(await world.ended(id)).toBe('completed');
    expect(most).toBe(2);
    await engine.drain(AbortSignal.timeout(1_000));
  });

  it('and one that pauses holds no slot', async () => {
    const open = { value: true };
    workshop.script = ({ envelope }) =>
      open.value && JSON.stringify(envelope.data).includes('stuck') ? 'not-delivered' : 'none';
    const patient = workSaga('orders.patient', ['p!']);
    const engine = world.engine([patient], workshop.execute, { concurrency: 1 });
    await engine.start();
    for (const id of ['stuck', 'free']) await world.begin(engine, patient, id);
    await world.reached('stuck', ({ attempts }) => attempts > 0);
    expect(await world.ended('free')).toBe('completed');
    open.value = false;
    expect(await world.ended('stuck')).toBe('completed');
    await engine.drain(AbortSignal.timeout(1_000));
  });
});

describe('a database that fails', () => {
  const unlucky = workSaga('orders.unlucky', ['a']);
  const failing =
    (broken: { value: boolean; failures: number }, what: 'save' | 'claim') =>
    ({ table, leases, execute }: Parts): Parts => {
      const refuse = async (): Promise<never> => {
        broken.failures += 1;
        throw new Error('disk full');
      };
      return {
        execute,
        table: {
          putOff: table.putOff.bind(table),
          saveUnlessHeard: table.saveUnlessHeard.bind(table),
          save: (...args) =>
            what === 'save' && args[0].id === 'poison' && broken.value ? refuse() : table.save(...args),
        },
        leases: {
          terms: leases.terms,
          claim: (...args) => (what === 'claim' && broken.value ? refuse() : leases.claim(...args)),
          held: (...args) => (what === 'claim' && broken.value ? refuse() : leases.held(...args)),
          status: leases.status.bind(leases),
          renew: leases.renew.bind(leases),
          giveBack: leases.giveBack.bind(leases),
          outlook: leases.outlook.bind(leases),
          orphans: leases.orphans.bind(leases),
        },
      };
    };

  it('for one saga puts that one off and leaves the others alone', async () => {
    const broken = { value: true, failures: 0 };
    const engine = world.engine([unlucky], workshop.execute, { concurrency: 1, pollMs: 50 }, failing(broken, 'save'));
    await engine.start();
    for (const id of ['poison', 'healthy']) await world.begin(engine, unlucky, id);
    expect(await world.ended('healthy')).toBe('completed');
    await until(() => broken.failures > 0);
    broken.value = false;
    expect(await world.ended('poison')).toBe('completed');
    expect(workshop.done()).toEqual(expect.arrayContaining(['do a', 'do a']));
    expect(workshop.effects).toHaveLength(2);
    await engine.drain(AbortSignal.timeout(1_000));
  });

  it('for all is asked less and less often, until it works', async () => {
    const broken = { value: true, failures: 0 };
    const engine = world.engine(
      [unlucky],
      workshop.execute,
      { random: () => 0.1, leaseMs: 100 },
      failing(broken, 'claim'),
    );
    await engine.start();
    await world.begin(engine, unlucky, 'later');
    await until(() => broken.failures > 2);
    broken.value = false;
    expect(await world.ended('later')).toBe('completed');
    expect(world.logged).toContainEqual({
      level: 'error',
      entry: expect.objectContaining({ message: "the sagas of orders can't be read" }),
    });
    await engine.drain(AbortSignal.timeout(1_000));
  });
});

describe('a host that drains', () => {
  it('lets the running step finish and saves it; the next host goes on from there', async () => {
    const drained = workSaga('orders.drained', ['a', 'b']);
    const opened = Promise.withResolvers<void>();
    workshop.gate = () => opened.promise;
    const first = world.engine([drained], workshop.execute);
    await first.start();
    await world.begin(first, drained, 'drained');
    await until(() => workshop.received.length === 1);
    let ended = false;
    const drain = first.drain(AbortSignal.timeout(10_000)).then(() => (ended = true));
    await world.summary('drained');
    expect(ended).toBe(false);
    opened.resolve();
    await drain;
    expect(await world.summary('drained')).toMatchObject({ status: 'running', step: 'b' });
    expect(workshop.done()).toEqual(['do a']);
    await world.engine([drained], workshop.execute).start();
    expect(await world.ended('drained')).toBe('completed');
    expect(workshop.done()).toEqual(['do a', 'do b']);
  });

  it('takes no further step, and begins nothing, from the moment it is told to stop', async () => {
    const stopping = workSaga('orders.stopping', ['a', 'b']);
    const opened = Promise.withResolvers<void>();
    workshop.gate = () => opened.promise;
    const stop = new AbortController();
    const engine = world.engine([stopping], workshop.execute, { draining: stop.signal });
    await engine.start();
    await world.begin(engine, stopping, 'under way');
    await until(() => workshop.received.length === 1);
    stop.abort();
    await world.begin(engine, stopping, 'begun late');
    engine.wake();
    expect((await world.overview.find('orders.stopping', 'begun late'))?.holder).toBeUndefined();
    opened.resolve();
    await until(async () => (await world.overview.find('orders.stopping', 'under way'))?.holder === undefined);
    expect(await world.summary('under way')).toMatchObject({ status: 'running', step: 'b' });
    await engine.drain(AbortSignal.timeout(1_000));
    expect(workshop.done()).toEqual(['do a']);
    await world.engine([stopping], workshop.execute).start();
    for (const id of ['under way', 'begun late']) expect(await world.ended(id)).toBe('completed');
  });

  it('waits no longer than it may', async () => {
    const held = workSaga('orders.held', ['a']);
    const opened = Promise.withResolvers<void>();
    workshop.gate = () => opened.promise;
    const engine = world.engine([held], workshop.execute);
    await engine.start();
    await world.begin(engine, held, 'held');
    await until(() => workshop.received.length === 1);
    await engine.drain(AbortSignal.abort());
    expect((await world.summary('held')).status).toBe('running');
    opened.resolve();
  });
});

describe('beginning', () => {
  const begun = workSaga('orders.begun', ['a']);

  it('twice with one id is one saga', async () => {
    const engine = world.engine([begun], workshop.execute);
    await engine.start();
    await Promise.all([world.begin(engine, begun, 'twice'), world.begin(engine, begun, 'twice')]);
    expect(await world.ended('twice')).toBe('completed');
    await world.begin(engine, begun, 'twice');
    expect(await world.timeline('orders.begun', 'twice')).toEqual(['begun', 'a done']);
    expect(workshop.done()).toEqual(['do a']);
    await engine.drain(AbortSignal.timeout(1_000));
  });

  it('in a unit that rolls back sends nothing', async () => {
    const engine = world.engine([begun], workshop.execute);
    const sagas = world.sagas(engine);
    await engine.start();
    const unit = world.context.unit.run(async () => {
      await sagas.begin(begun, 'undone', { saga: 'undone', tokens: [] });
      throw new Error('changed my mind');
    });
    await expect(unit).rejects.toThrow('changed my mind');
    await world.begin(engine, begun, 'after');
    expect(await world.ended('after')).toBe('completed');
    expect(workshop.received).toHaveLength(1);
    await engine.drain(AbortSignal.timeout(1_000));
  });

  it('is refused outside of a unit, undeclared, and with a state that does not fit', async () => {
    const sagas = world.sagas(world.engine([begun], workshop.execute));
    const state = { saga: 'refused', tokens: [] };
    await expect(runAs('orders', () => sagas.begin(begun, 'refused', state))).rejects.toBeInstanceOf(NoOpenUnitError);
    const inUnit = (work: () => Promise<void>): Promise<void> => world.context.unit.run(work);
    await expect(inUnit(() => sagas.begin(workSaga('orders.other', ['a']), 'refused', state))).rejects.toThrow(
      'orders.other is not declared in orders',
    );
    // A variable may carry more than its type says.
    const more = { ...state, note: 'x' };
    await expect(inUnit(() => sagas.begin(begun, 'refused', more))).rejects.toThrow('/note: is not a known field');
  });
});

describe('a saga whose definition has changed', () => {
  const before = workSaga('orders.changed', ['a', 'b', 'c!']);

  it('needs attention when the step it is at is gone, and says why', async () => {
    await world.begin(world.engine([before], workshop.execute), before, 'gone');
    const after = world.engine([workSaga('orders.changed', ['z'], 2, MOVES_ON)], workshop.execute);
    await after.start();
    expect(await world.ended('gone')).toBe('needs-attention');
    expect((await world.summary('gone')).trouble).toEqual({
      type: 'definition-changed',
      detail: 'version 2 of orders.changed has no step "a"',
    });
    expect(workshop.received).toEqual([]);
    await after.drain(AbortSignal.timeout(1_000));
  });

  it('rests, and is reported, when no saga of its name is left', async () => {
    await world.begin(world.engine([before], workshop.execute), before, 'orphan');
    const without = world.engine([workSaga('orders.left', ['a'])], workshop.execute);
    await without.start();
    expect(world.logged).toContainEqual({
      level: 'error',
      entry: { message: expect.stringContaining('orders.changed rest'), saga: 'orders.changed', count: 1 },
    });
    await without.drain(AbortSignal.timeout(1_000));
  });
});

describe('the overview', () => {
  it('shows the newest thousand entries of a timeline, in order', async () => {
    const long = workSaga('orders.long', ['a']);
    await world.begin(world.engine([long], workshop.execute), long, 'long');
    const sql = `INSERT INTO orders.saga_transition (name, id, seq, what) SELECT 'orders.long', 'long', n, 'entry ' || n FROM generate_series(2, 1002) AS n`;
    await world.context.unit.run(() => world.context.unit.execute(sql));
    expect(await world.timeline('orders.long', 'long')).toEqual(
      Array.from({ length: 1_000 }, (_, index) => `entry ${index + 3}`),
    );
  });

  it('counts sagas by name and status and bounds its lists', async () => {
    const counted = workSaga('orders.counted', ['a']);
    const engine = world.engine([counted], workshop.execute);
    await engine.start();
    for (const id of ['c1', 'c2']) await world.begin(engine, counted, id);
    await Promise.all(['c1', 'c2'].map((id) => world.ended(id)));
    expect(await world.overview.counts()).toContainEqual({ name: 'orders.counted', status: 'completed', count: 2 });
    expect(await world.overview.list({ name: 'orders.counted', status: 'completed' }, 1)).toHaveLength(1);
    await expect(world.overview.list({}, 101)).rejects.toThrow('limit must be 1 to 100, not 101');
    await engine.drain(AbortSignal.timeout(1_000));
  });
});
