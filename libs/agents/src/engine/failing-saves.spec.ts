import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@isolith/message-bus/testing';
import { AgentWorld } from '../spec-support/agent-world.js';
import { SIX_TURNS_TOOLS, SixTurns } from '../spec-support/long-run.js';
import { Play } from '../spec-support/play.js';
import type { AgentEngineParts } from './engine-parts.js';

let world: AgentWorld;
beforeAll(async () => void (world = await AgentWorld.open()));
afterAll(() => world.close());

type Save = AgentEngineParts['saves']['save'];

/** Saves fail before, or after they were committed, as `fate` says of the nth. */
const unreliable =
  (fate: (nth: number) => 'before' | 'after' | undefined, nth = { of: 0 }) =>
  (parts: AgentEngineParts): AgentEngineParts => {
    const save: Save = async (...args) => {
      nth.of += 1;
      const due = fate(nth.of);
      if (due === 'before') throw new Error('the database is away');
      const saved = await parts.saves.save(...args);
      if (due === 'after') throw new Error('the connection broke');
      return saved;
    };
    return { ...parts, saves: { save } };
  };

describe('a database that fails', () => {
  it('for a while is waited for by an answer that has come: it is not asked for twice', async () => {
    const model = new SixTurns();
    const wrap = unreliable((nth) => (nth >= 2 && nth <= 5 ? 'before' : undefined));
    const play = await Play.of(world, { model, wrap });
    await play.approval();
    expect(model.asked).toHaveLength(3);
    await play.runs.stop(play.id, 'ada');
    await play.leave();
  });

  it('after the commit changes nothing: what was saved is found, with every save of a run in turn', async () => {
    for (let broken = 1, saves = { of: Infinity }; broken <= saves.of; broken += 1) {
      saves = { of: 0 };
      const model = new SixTurns();
      const play = await Play.of(world, {
        model,
        wrap: unreliable((nth) => (nth === broken ? 'after' : undefined), saves),
      });
      await until(async () => {
        const view = await play.runs.view(play.id, 'ada');
        for (const { id } of view?.approvals ?? []) await play.runs.decide(play.id, 'ada', id, { approved: true });
        return view?.status === 'resting';
      });
      expect(await play.reached(() => true)).toMatchObject({ end: { why: 'answered' }, turns: 6 });
      expect(play.desk.names().toSorted()).toEqual(SIX_TURNS_TOOLS.toSorted());
      expect(play.desk.called).toHaveLength(SIX_TURNS_TOOLS.length);
      expect(model.unlawful).toEqual([]);
      expect(await play.of('answered')).toHaveLength(6);
      await play.leave();
    }
  });
});

describe('a host that drains', () => {
  it('waits for what runs, saves it, and gives the run to another', async () => {
    const gate = Promise.withResolvers<void>();
    const model = new SixTurns();
    const play = await Play.of(world, { model });
    play.desk.fate = async () => {
      await gate.promise;
      return undefined;
    };
    await until(() => play.desk.called.length === 1);
    const drained = play.engine.drain(AbortSignal.timeout(10_000));
    gate.resolve();
    await drained;
    expect((await play.kinds()).filter((kind) => kind === 'called')).toHaveLength(1);
    expect(await world.row(play.id)).toMatchObject({ holder: null });
    expect(play.desk.called).toHaveLength(1);
    const other = world.host([play.clerk], { model, tools: play.desk });
    other.start();
    await play.approval();
    await play.runs.stop(play.id, 'ada');
    await other.drain(AbortSignal.timeout(5_000));
    world.forget(other);
    world.forget(play.engine);
  });

  it('does not wait longer than it may: the run is anybody’s, and what was asked is asked again', async () => {
    let hangs = true;
    const model = new SixTurns();
    const asked = model.ask.bind(model);
    model.ask = (request, signal) => (hangs ? new Promise(() => undefined) : asked(request, signal));
    const play = await Play.of(world, { model });
    await until(async () => (await play.kinds()).includes('asked'));
    await play.engine.drain(AbortSignal.timeout(30));
    expect(await world.row(play.id)).toMatchObject({ holder: null });
    hangs = false;
    const other = world.host([play.clerk], { model, tools: play.desk });
    other.start();
    await play.approval();
    expect(await play.of('unanswered')).toMatchObject([{ reason: 'whoever asked ended before the answer came' }]);
    await play.runs.stop(play.id, 'ada');
    await other.drain(AbortSignal.timeout(5_000));
    world.forget(other);
    world.forget(play.engine);
  });
});
