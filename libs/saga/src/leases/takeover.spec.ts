import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mortal, type MortalLife } from '../spec-support/mortal.js';
import { workSaga, type WorkState } from '../spec-support/work-saga.js';
import { Workshop, type Fault } from '../spec-support/workshop.js';
import { withWorld } from '../spec-support/with-world.js';
import type { World } from '../spec-support/world.js';
import type { Saga } from '../definition/saga.js';
import type { SagaEngine } from '../engine/saga-engine.js';

interface Path {
  readonly name: `orders.${string}`;
  readonly steps: readonly string[];
  readonly faults: Readonly<Record<string, Fault>>;
  readonly status: string;
  readonly effects: readonly string[];
}

const PATHS: readonly Path[] = [
  {
    name: 'orders.forward',
    steps: ['a', 'b!', 'c+'],
    faults: {},
    status: 'completed',
    effects: ['do a', 'do b', 'do c'],
  },
  {
    name: 'orders.back',
    steps: ['a', 'b', 'c!'],
    faults: { 'do b': 'risky' },
    status: 'compensated',
    effects: ['do a', 'undo b', 'undo a', 'tell-failed'],
  },
  {
    name: 'orders.silent',
    steps: ['a', 'b'],
    faults: { 'do b': 'pass-late' },
    status: 'compensated',
    effects: ['do a', 'undo b', 'undo a', 'tell-failed'],
  },
];

let world: World;
let runs = 0;
withWorld((given) => (world = given));

interface Host {
  readonly life: MortalLife;
  readonly engine: SagaEngine;
}

class Run {
  readonly workshop = new Workshop();
  readonly id = `takeover ${(runs += 1)}`;
  readonly declared: Saga<WorkState>;

  constructor(readonly path: Path) {
    this.declared = workSaga(path.name, path.steps);
    this.workshop.script = ({ what }) => path.faults[what] ?? 'none';
  }

  async host(stopAt: number): Promise<Host> {
    const life = mortal(stopAt);
    const engine = world.engine([this.declared], this.workshop.execute, { compensationAttempts: 100 }, life.wrap);
    await engine.start();
    return { life, engine };
  }

  /** True when the host has stopped, false when the saga has ended before. */
  async stops({ life }: Host): Promise<boolean> {
    const stopped = await Promise.race([life.stopped.then(() => true), world.ended(this.id).then(() => false)]);
    // What a stopped host holds is free once its lease is over.
    if (stopped) await world.set(this.id, `leased_until = now() - interval '1 ms'`);
    return stopped;
  }

  async expectItsEnd(hosts: readonly Host[]): Promise<void> {
    const { path, id, workshop } = this;
    const status = await world.ended(id);
    const timeline = await world.timeline(path.name, id);
    for (const { life } of hosts) life.goOn();
    await Promise.all(hosts.map(({ life }) => life.calm()));
    await workshop.deliverLate();
    expect({ status, effects: workshop.done() }).toEqual({ status: path.status, effects: path.effects });
    // Whoever came late wrote nothing.
    expect((await world.summary(id)).status).toBe(status);
    expect(await world.timeline(path.name, id)).toEqual(timeline);
    await Promise.all(hosts.map(({ engine }) => engine.drain(AbortSignal.timeout(1_000))));
    for (const { engine } of hosts) world.forget(engine);
  }
}

describe('a host that is stopped, loses its saga to another, and goes on when all is over', () => {
  it.each(PATHS)('changes nothing, wherever it was stopped: $name', async (path) => {
    for (let stopAt = 0, stopped = true; stopped; stopAt += 1) {
      const run = new Run(path);
      await run.workshop.open();
      const first = await run.host(stopAt);
      await world.begin(first.engine, run.declared, run.id);
      stopped = await run.stops(first);
      await run.expectItsEnd(stopped ? [first, await run.host(Infinity)] : [first]);
    }
  });
});

const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);

describe('a host that others take nothing from', () => {
  it('leaves its sagas to other hosts, and moves them again when that has passed', async () => {
    const workshop = new Workshop();
    await workshop.open();
    const declared = workSaga('orders.left', ['a', 'b!']);
    let mayLead = false;
    const engine = world.engine([declared], workshop.execute, { mayLead: () => mayLead });
    await engine.start();
    await world.begin(engine, declared, 'left to another');
    const other = world.engine([declared], workshop.execute);
    await other.start();
    expect(await world.ended('left to another')).toBe('completed');
    await other.drain(AbortSignal.timeout(5_000));
    await world.begin(engine, declared, 'left to nobody');
    expect(await world.row('orders.left', 'left to nobody')).toMatchObject({ token: 0 });
    mayLead = true;
    expect(await world.ended('left to nobody')).toBe('completed');
  });
});

describe(`two hosts that are stopped and go on in turn (FC_SEED=${seed})`, () => {
  it('have each effect once, and one end', async () => {
    const schedule = fc.record({ path: fc.constantFrom(...PATHS), first: fc.nat(12), second: fc.nat(12) });
    await fc.assert(
      fc.asyncProperty(schedule, async ({ path, first: firstAt, second: secondAt }) => {
        const run = new Run(path);
        await run.workshop.open();
        const first = await run.host(firstAt);
        await world.begin(first.engine, run.declared, run.id);
        const hosts = [first];
        if (await run.stops(first)) {
          const second = await run.host(secondAt);
          hosts.push(second);
          // The first goes on while the second is at it, loses its saga, and takes it back.
          if (await run.stops(second)) {
            first.life.goOn();
            await first.life.calm();
            first.engine.wake();
          }
        }
        await run.expectItsEnd(hosts);
      }),
      { seed, numRuns: 25, endOnFailure: true },
    );
  });
});
