import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ModelScript } from '../model/script.js';
import { scriptedModel } from '../model/scripted-model.js';
import { AgentWorld, deskAgent } from '../spec-support/agent-world.js';
import { Desk } from '../spec-support/desk.js';
import { Play } from '../spec-support/play.js';

let world: AgentWorld;
beforeAll(async () => void (world = await AgentWorld.open()));
afterAll(() => world.close());

const clerk = deskAgent();
const input = { order: 7 };

async function play(script: ModelScript, id: string) {
  const desk = new Desk();
  const engine = world.host([clerk], { model: scriptedModel(script), tools: desk });
  const runs = world.runs([clerk]);
  engine.start();
  await runs.begin(clerk, id, 'ada');
  await runs.say(id, 'ada', 'hello', 'first');
  const leave = async (): Promise<void> => {
    await engine.drain(AbortSignal.timeout(5_000));
    world.forget(engine);
  };
  return { desk, engine, runs, leave };
}

describe('a run', () => {
  it('answers, rests, and goes on with what is said next', async () => {
    const { runs, leave } = await play([{ say: 'hello' }, { say: 'bye' }], 'talk');
    expect(await world.rests(runs, 'talk')).toMatchObject({ end: { why: 'answered' }, turns: 1 });
    await runs.say('talk', 'ada', 'and now?', 'second');
    await world.reached(runs, 'talk', ({ turns, status }) => turns === 2 && status === 'resting');
    const state = await world.state(runs, 'talk');
    expect(state.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
    await leave();
  });

  it('calls tools, two side by side, and tells the model what became of them', async () => {
    const script = [
      {
        call: [
          { tool: 'look', input },
          { tool: 'gossip', input },
        ],
      },
      { say: 'done' },
    ];
    const { desk, runs, leave } = await play(script, 'calls');
    await world.rests(runs, 'calls');
    expect(desk.names().toSorted()).toEqual(['gossip', 'look']);
    expect(await world.kinds(runs, 'calls')).toEqual([
      'said',
      'asked',
      'answered',
      'judged',
      'judged',
      'called',
      'called',
      'asked',
      'answered',
      'ended',
    ]);
    expect((await world.state(runs, 'calls')).untrusted).toBe(true);
    await leave();
  });

  it('costs two units of work for a turn with a call: answer and verdicts, results and the next question', async () => {
    const script = [{ call: [{ tool: 'look', input }] }, { call: [{ tool: 'note', input }] }, { say: 'done' }];
    let saves = 0;
    const play = await Play.of(world, {
      script,
      wrap: (parts) => ({
        ...parts,
        saves: {
          save: (...args) => {
            saves += 1;
            return parts.saves.save(...args);
          },
        },
      }),
    });
    await play.rests();
    // The first question; two turns with a call; the last answer.
    expect(saves).toBe(1 + 2 + 2 + 1);
    await play.leave();
  });
});
