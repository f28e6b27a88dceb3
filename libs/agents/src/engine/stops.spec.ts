import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@isolith/message-bus/testing';
import type { Model } from '../model/model.js';
import { scriptedModel } from '../model/scripted-model.js';
import type { ScriptedTurn } from '../model/script.js';
import { historyFor } from '../run/history.js';
import { AgentWorld } from '../spec-support/agent-world.js';
import { unlawful } from '../spec-support/lawful.js';
import { Play } from '../spec-support/play.js';

let world: AgentWorld;
beforeAll(async () => void (world = await AgentWorld.open()));
afterAll(() => world.close());

const call = (tool: string) => ({ tool, input: { order: 7 } });

/** A model that answers when it is let, and tells whether its question was given up. */
function slow(script: readonly ScriptedTurn[]) {
  const scripted = scriptedModel(script);
  const gate = { asked: 0, givenUp: 0, open: Promise.withResolvers<void>() };
  const model: Model = {
    name: 'slow',
    ask: async (request, signal) => {
      gate.asked += 1;
      signal.addEventListener('abort', () => (gate.givenUp += 1));
      await gate.open.promise;
      return scripted.ask(request, new AbortController().signal);
    },
    inputTokensAtMost: (request, signal) => scripted.inputTokensAtMost(request, signal),
  };
  return { model, gate };
}

describe('a run that its user stops', () => {
  it('while the model is asked: the question is given up, its answer is written nowhere, and it counts', async () => {
    const { model, gate } = slow([{ say: 'too late' }]);
    const play = await Play.of(world, { model });
    await until(() => gate.asked === 1);
    expect(await play.runs.stop(play.id, 'ada')).toBe(true);
    await until(() => gate.givenUp === 1 && play.engine.held.size === 0);
    gate.open.resolve();
    expect(await play.rests()).toMatchObject({ end: { why: 'stopped' }, inputTokens: 0 });
    expect(await play.kinds()).toEqual(['said', 'asked', 'ended']);
    const [asked] = await play.of('asked');
    expect(await world.use(play.clerk.name)).toMatchObject([{ tokens: asked?.tokens }, { tokens: asked?.tokens }]);
    await play.leave();
  });

  it('goes on with what is said next, and with what was not answered', async () => {
    const { model, gate } = slow([{ say: 'hello' }]);
    const play = await Play.of(world, { model });
    await until(() => gate.asked === 1);
    await play.runs.stop(play.id, 'ada');
    gate.open.resolve();
    await play.say('again');
    expect(await play.rests()).toMatchObject({ end: { why: 'answered' } });
    const [first] = (await world.state(play.runs, play.id)).messages;
    expect(first?.content).toMatchObject([{ text: 'hello' }, { text: 'again' }]);
    await play.leave();
  });

  it('while a tool is called: the call may have had its effect, and the model is told so', async () => {
    const script = [{ call: [call('look'), call('approve-refund')] }, { say: 'I see.' }];
    const play = await Play.of(world, { script });
    play.desk.fate = ({ use }) => (use.name === 'look' ? new Promise(() => undefined) : undefined);
    await until(() => play.desk.called.length === 1);
    await play.runs.stop(play.id, 'ada');
    expect((await play.of('called')).map(({ outcome }) => outcome)).toEqual(['unknown', 'stopped']);
    expect(await world.approvals(play.id)).toEqual(['lapsed']);
    const state = await world.state(play.runs, play.id);
    expect(unlawful(historyFor(state, state.seq))).toBeUndefined();
    await play.say('go on');
    await play.rests();
    expect(await play.reached(({ turns }) => turns === 2)).toMatchObject({ end: { why: 'answered' } });
    await play.leave();
  });

  it('while a person has to decide: nothing can be approved any more', async () => {
    const play = await Play.of(world, { script: [{ call: [call('approve-refund')] }] });
    const approval = await play.approval();
    await play.runs.stop(play.id, 'ada');
    expect(await play.runs.decide(play.id, 'ada', approval, { approved: true })).toBe('over');
    expect(await play.of('called')).toMatchObject([{ outcome: 'stopped' }]);
    expect(play.desk.called).toEqual([]);
    await play.leave();
  });

  it('is stopped by its user alone, and as often as they like', async () => {
    const play = await Play.of(world, { script: [{ say: 'hello' }] });
    expect(await play.runs.stop(play.id, 'eve')).toBe(false);
    await play.rests();
    const { seq } = await play.reached(() => true);
    expect(await play.runs.stop(play.id, 'ada')).toBe(true);
    expect((await play.reached(() => true)).seq).toBe(seq);
    await play.leave();
  });
});

describe('what is said while the model is asked', () => {
  it('comes with the next question, and the answer to the first is kept', async () => {
    const { model, gate } = slow([{ say: 'one' }, { say: 'two' }]);
    const play = await Play.of(world, { model });
    await until(() => gate.asked === 1);
    await play.say('and this');
    gate.open.resolve();
    expect(await play.reached(({ turns, status }) => turns === 2 && status === 'resting')).toMatchObject({
      end: { why: 'answered' },
    });
    const { messages } = await world.state(play.runs, play.id);
    expect(messages.map(({ content }) => content)).toMatchObject([
      [{ text: 'hello' }],
      [{ text: 'one' }],
      [{ text: 'and this' }],
      [{ text: 'two' }],
    ]);
    await play.leave();
  });
});
