import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ContextInbox } from '@isolith/journal/internal';
import type { ContextJournal } from '@isolith/journal';
import { MessageRouter } from '@isolith/message-bus';
import type { SagaKey } from '../instance/progress.js';
import type { Saga } from '../definition/saga.js';
import type { SagaEngine } from './saga-engine.js';
import type { Expected } from './saga-engine-parts.js';
import type { Execute } from '../definition/step.js';
import { mortal } from '../spec-support/mortal.js';
import { workSaga, type WorkState } from '../spec-support/work-saga.js';
import { DoWork, Passing, Refused, TellFailed, UndoWork } from '../spec-support/workshop.js';
import { World, type HostOptions } from '../spec-support/world.js';

let world: World;
let router: MessageRouter;
/** What was handled, as `do a`, with `?` when its id was looked up before. */
let handled: string[] = [];
/** Each run of `do …`, after `handled` has it. */
let onWork: (what: string) => Promise<void>;
let begun = 0;

beforeAll(async () => {
  world = await World.open();
  await open();
});
beforeEach(() => {
  handled = [];
  onWork = async () => undefined;
});
afterAll(async () => {
  await router.close();
  await world.close();
});

/** The context `work` in the same process, with the real inbox. */
async function open(): Promise<void> {
  let looks = 0;
  const { statements } = world.context.journal;
  const journal: ContextJournal = {
    ...world.context.journal,
    statements: {
      ...statements,
      get findHandled() {
        looks += 1;
        return statements.findHandled;
      },
    },
  };
  const inbox = new ContextInbox(journal);
  router = new MessageRouter({
    placement: { here: ['orders', 'work'] },
    requestTimeoutMs: 20_000,
    onError: () => undefined,
  });
  const handler = (message: typeof DoWork | typeof UndoWork | typeof TellFailed, verb: string): void =>
    router.handle({
      message,
      by: verb,
      invoke: async (received) => {
        const what = 'step' in received ? `${verb} ${String(received.step)}` : verb;
        handled.push(looks > 0 ? `${what}?` : what);
        looks = 0;
        await onWork(what);
        return { token: what };
      },
    });
  handler(DoWork, 'do');
  handler(UndoWork, 'undo');
  handler(TellFailed, 'tell-failed');
  router.useInbox('work', {
    command: (envelope, contract, handle, newId) => {
      looks = 0;
      return inbox.command(envelope, contract, async () => handle(), newId);
    },
    event: async () => undefined,
  });
  await router.listenHere();
}

// The router yields what the command's contract declares.
const execute: Execute = async <R>(command: object) => (await router.send(command)) as R;
const host = (declared: Saga<WorkState>, options: HostOptions = {}): SagaEngine =>
  world.engine([declared], execute, { random: () => 0, ...options });
const nextId = (): string => `order ${(begun += 1)}`;

/** Begins it where no engine has started: whoever starts next claims it. */
async function beginElsewhere(declared: Saga<WorkState>, id: string): Promise<void> {
  const other = host(declared);
  await world.begin(other, declared, id);
  world.forget(other);
}

async function endsOn(engine: SagaEngine, id: string): Promise<string> {
  const status = await world.ended(id);
  await engine.drain(AbortSignal.timeout(1_000));
  return status;
}

describe('the command of a step', () => {
  it('of a saga that was begun here, and held since, is not looked up', async () => {
    const declared = workSaga('orders.begun-here', ['a', 'b', 'c!', 'd+']);
    const engine = host(declared);
    await engine.start();
    const id = nextId();
    await world.begin(engine, declared, id);
    expect([await endsOn(engine, id), handled]).toEqual(['completed', ['do a', 'do b', 'do c', 'do d']]);
  });

  it('of a saga that was claimed is looked up, since its former host may have sent it; the next ones are not', async () => {
    const declared = workSaga('orders.claimed', ['a', 'b', 'c!']);
    const id = nextId();
    await beginElsewhere(declared, id);
    const engine = host(declared);
    await engine.start();
    expect([await endsOn(engine, id), handled]).toEqual(['completed', ['do a?', 'do b', 'do c']]);
  });

  it('of a saga that was begun here is looked up when its unit took longer than its lease', async () => {
    const declared = workSaga('orders.late', ['a', 'b']);
    const engine = host(declared);
    const expected = engine.expect.bind(engine);
    Object.assign(engine, {
      expect: (key: SagaKey): Expected => {
        const { held, ended } = expected(key);
        return { held, ended: (row) => ended(row && { ...row, ageMs: Number.MAX_SAFE_INTEGER }) };
      },
    });
    await engine.start();
    const id = nextId();
    await world.begin(engine, declared, id);
    expect([await endsOn(engine, id), handled]).toEqual(['completed', ['do a?', 'do b']]);
  });

  it('is looked up in every attempt but the first', async () => {
    const declared = workSaga('orders.again', ['a', 'b', 'c+']);
    const failing = new Map<string, Error[]>([
      ['do b', [new Passing({})]],
      ['do c', [new Refused({}), new Passing({})]],
    ]);
    onWork = async (what) => {
      const error = failing.get(what)?.shift();
      if (error !== undefined) throw error;
    };
    const engine = host(declared);
    await engine.start();
    const id = nextId();
    await world.begin(engine, declared, id);
    expect([await endsOn(engine, id), handled]).toEqual([
      'completed',
      ['do a', 'do b', 'do b?', 'do c', 'do c?', 'do c?'],
    ]);
  });

  it('of a claimed saga is looked up also when this host has saved it, but did not bring it to its step', async () => {
    const declared = workSaga('orders.past-deadline', ['p!', 'q+'], 1, { deadlineMs: 60_000 });
    const id = nextId();
    await beginElsewhere(declared, id);
    await world.set(id, `deadline_at = now() - interval '1 ms'`);
    const engine = host(declared);
    await engine.start();
    expect([await endsOn(engine, id), handled]).toEqual(['completed', ['do p?', 'do q']]);
    expect(await world.timeline(declared.plan.name, id)).toContain('deadline exceeded, goes on');
  });

  it('is sent at once, a compensation and the end after a look', async () => {
    const declared = workSaga('orders.back', ['a', 'b']);
    onWork = async (what) => {
      if (what === 'do b') throw new Refused({});
    };
    const engine = host(declared);
    await engine.start();
    const id = nextId();
    await world.begin(engine, declared, id);
    expect([await endsOn(engine, id), handled]).toEqual(['compensated', ['do a', 'do b', 'undo a?', 'tell-failed?']]);
  });

  it('that was taken for unsent by a host which stood still meanwhile has one effect, and that host writes nothing', async () => {
    const declared = workSaga('orders.stopped', ['a', 'b!']);
    const life = mortal(0);
    const first = world.engine([declared], execute, {}, life.wrap);
    await first.start();
    const id = nextId();
    await world.begin(first, declared, id);
    await life.stopped;
    await world.set(id, `leased_until = now() - interval '1 ms'`);
    const second = host(declared);
    await second.start();
    expect([await endsOn(second, id), handled]).toEqual(['completed', ['do a?', 'do b']]);
    const left = await world.row(declared.plan.name, id);
    onWork = () => Promise.reject(new Error('it is there already'));
    life.goOn();
    await life.calm();
    expect(handled).toEqual(['do a?', 'do b', 'do a']);
    expect(await world.row(declared.plan.name, id)).toEqual(left);
    expect(world.logged).toContainEqual({
      level: 'warn',
      entry: expect.objectContaining({ message: expect.stringContaining('was taken over'), id }),
    });
    await first.drain(AbortSignal.timeout(1_000));
  });

  it('of a saga that was begun again under an id which it had before has one effect and the first answer', async () => {
    const declared = workSaga('orders.anew', ['a']);
    const engine = host(declared);
    await engine.start();
    const id = nextId();
    await world.begin(engine, declared, id);
    await world.ended(id);
    await world.context.unit.run(() => world.context.unit.execute('DELETE FROM orders.saga WHERE id = $1', [id]));
    await world.context.unit.run(() =>
      world.context.unit.execute('DELETE FROM orders.saga_transition WHERE id = $1', [id]),
    );
    onWork = () => Promise.reject(new Error('it is there already'));
    await world.begin(engine, declared, id);
    expect([await endsOn(engine, id), handled]).toEqual(['completed', ['do a', 'do a']]);
    expect((await world.row(declared.plan.name, id)).state).toEqual({ saga: id, tokens: ['do a'] });
  });
});
