import { leaseTerms } from '@isolith/journal/internal';
import { describe, expect, it } from '@jest/globals';
import { until } from '@isolith/message-bus/testing';
import type { SagaEngine } from './saga-engine.js';
import { SagaWatch } from '../operations/saga-watch.js';
import { MOVES_ON, workSaga } from '../spec-support/work-saga.js';
import type { Workshop } from '../spec-support/workshop.js';
import { withWorld } from '../spec-support/with-world.js';
import type { World } from '../spec-support/world.js';

let world: World;
let workshop: Workshop;
const ann = { operator: 'user ann', reason: 'the release is gone' };

withWorld((...given) => ([world, workshop] = given));

const stop = (engine: SagaEngine): Promise<void> => engine.drain(AbortSignal.timeout(5_000));
const said = (text: string) => world.logged.filter(({ entry }) => JSON.stringify(entry).includes(text));

describe('a saga in flight', () => {
  it('finishes on the definition that began it; new ones begin on the newest, which alone may begin any', async () => {
    const first = workSaga('orders.kept', ['a', 'b', 'c!'], 1);
    const second = workSaga('orders.kept', ['a', ['x', 'y'], 'c!'], 2, { former: [first] });
    const before = world.engine([first], workshop.execute);
    await world.begin(before, first, 'old');
    const engine = world.engine([second], workshop.execute);
    await expect(world.begin(engine, first, 'refused')).rejects.toThrow('version 1 is a former one');
    const third = workSaga('orders.kept', ['a'], 3, { former: [second] });
    await expect(world.begin(engine, third, 'refused')).rejects.toThrow('version 3 is none that is declared here');
    await engine.start();
    expect(await world.ended('old')).toBe('completed');
    expect(workshop.done()).toEqual(['do a', 'do b', 'do c']);
    await world.begin(engine, second, 'new');
    expect(await world.ended('new')).toBe('completed');
    expect(workshop.done().slice(3)).toEqual(['do a', 'do x', 'do y', 'do c']);
    expect(await world.row('orders.kept', 'old')).toMatchObject({ version: 1 });
    expect(await world.row('orders.kept', 'new')).toMatchObject({ version: 2 });
    await stop(engine);
  });

  it('is undone by the definition that began it, and by either release while both run', async () => {
    const first = workSaga('orders.mixed', ['a', 'b', 'c!'], 1);
    const second = workSaga('orders.mixed', ['z', 'c!'], 2, { former: [first] });
    const opened = Promise.withResolvers<void>();
    workshop.script = ({ what }) => (what === 'do c' ? 'refuse' : 'none');
    workshop.gate = async ({ what }) => (what === 'do b' ? opened.promise : undefined);
    const begins = world.engine([first], workshop.execute);
    await world.begin(begins, first, 'mixed');
    const newer = world.engine([second], workshop.execute);
    await newer.start();
    await until(() => workshop.received.some(({ what }) => what === 'do b'));
    const drained = stop(newer);
    opened.resolve();
    await drained;
    expect(await world.row('orders.mixed', 'mixed')).toMatchObject({ version: 1, step: 'c', done: ['a', 'b'] });
    // The newer release has moved it, and the older goes on with it all the same.
    const older = world.engine([first], workshop.execute);
    await older.start();
    expect(await world.ended('mixed')).toBe('compensated');
    expect(workshop.done()).toEqual(['do a', 'do b', 'undo b', 'undo a', 'tell-failed']);
    await stop(older);
  });

  it('moves on to a definition that has upcasters for it, with the step that is due', async () => {
    const first = workSaga('orders.moved', ['a', 'b!'], 1);
    const second = workSaga('orders.moved', ['n', 'a', 'x', 'b!'], 3, {
      upcasters: [
        { from: 1, up: (state) => ({ ...state, tokens: ['upcast'] }) },
        {
          from: 2,
          up: ({ tokens, ...state }) => ({ ...state, tokens: Array.isArray(tokens) ? [...tokens, 'twice'] : [] }),
        },
      ],
    });
    await world.begin(world.engine([first], workshop.execute), first, 'moved');
    const engine = world.engine([second], workshop.execute);
    await engine.start();
    expect(await world.ended('moved')).toBe('completed');
    expect(workshop.done()).toEqual(['do a', 'do x', 'do b']);
    expect(await world.row('orders.moved', 'moved')).toMatchObject({
      version: 3,
      state: { tokens: ['upcast', 'twice', 'token 0', 'token 1', 'token 2'] },
    });
    await stop(engine);
  });

  it('whose upcaster fails waits for a person, as it was, and moves on once that is mended', async () => {
    const first = workSaga('orders.unfit', ['a', 'b!'], 1);
    await world.begin(world.engine([first], workshop.execute), first, 'unfit');
    const before = await world.row('orders.unfit', 'unfit');
    const broken = world.engine(
      [workSaga('orders.unfit', ['a', 'b!'], 2, { upcasters: [{ from: 1, up: () => ({ nothing: true }) }] })],
      workshop.execute,
    );
    await broken.start();
    expect(await world.ended('unfit')).toBe('needs-attention');
    expect(await world.row('orders.unfit', 'unfit')).toMatchObject({
      version: 1,
      state: before.state,
      trouble: {
        type: 'definition-changed',
        detail: expect.stringContaining('of version 1 could not be made one of version 2'),
      },
    });
    expect(said('the upcasters of saga orders.unfit failed')).toHaveLength(1);
    await expect(world.operations(broken).skip('orders.unfit', 'unfit', ann)).rejects.toThrow('could not be made one');
    await stop(broken);
    const mended = world.engine([workSaga('orders.unfit', ['a', 'b!'], 2, MOVES_ON)], workshop.execute);
    expect(await world.operations(mended).skip('orders.unfit', 'unfit', ann)).toBe('running');
    expect(await world.row('orders.unfit', 'unfit')).toMatchObject({ version: 2, step: 'b', done: ['a'] });
    await mended.start();
    expect(await world.ended('unfit')).toBe('completed');
    await stop(mended);
  });
});

describe('a saga whose definition no host has', () => {
  it('is left alone, named at the start and by the watchdog, and can be taken over', async () => {
    const first = workSaga('orders.gone', ['a', 'b!'], 1);
    const second = workSaga('orders.gone', ['a', 'b!'], 2);
    const before = world.engine([first], workshop.execute);
    await world.beginTogether(before, first, ['gone', 'gone too']);
    const engine = world.engine([second], workshop.execute, { pollMs: 10 });
    await engine.start();
    expect(said('orders.gone')).toEqual([
      {
        level: 'error',
        entry: {
          message:
            '2 unfinished sagas orders.gone of version 1 rest: this host does not have that definition; list it in "former", or give an upcaster from 1',
          saga: 'orders.gone',
          count: 2,
        },
      },
    ]);
    await world.begin(engine, second, 'new');
    expect(await world.ended('new')).toBe('completed');
    expect(workshop.done()).toEqual(['do a', 'do b']);
    const watch = new SagaWatch({
      schema: 'orders',
      context: 'orders',
      database: world.context.database,
      terms: leaseTerms(),
      plans: () => engine.declared(),
      held: engine.held,
    });
    expect(await watch.look()).toMatchObject([
      {
        kind: 'saga',
        name: 'orders.gone (version 1)',
        reason: expect.stringMatching(/^2 are due .* does not have version 1 of their definition: list it in "former"/),
      },
    ]);
    const operations = world.operations(engine);
    await expect(operations.compensate('orders.gone', 'gone', ann)).rejects.toThrow(
      'version 1 of orders.gone is not declared here',
    );
    expect(await operations.takeOver('orders.gone', 'gone', ann)).toBe('taken-over');
    await world.set('gone too', `holder = 'another', leased_until = now() + interval '1 hour'`);
    await expect(operations.takeOver('orders.gone', 'gone too', ann)).rejects.toThrow('the saga is running');
    await world.set('gone too', `holder = NULL, leased_until = NULL`);
    await expect(world.operations(before).takeOver('orders.gone', 'gone too', ann)).rejects.toThrow(
      'the saga is running',
    );
    expect(await operations.takeOver('orders.gone', 'gone too', ann)).toBe('taken-over');
    expect(await watch.look()).toEqual([]);
    await stop(engine);
  });
});
