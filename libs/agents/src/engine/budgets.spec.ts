import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AgentLimits } from '../agent/agent.js';
import { scriptedModel } from '../model/scripted-model.js';
import { AgentWorld, deskAgent } from '../spec-support/agent-world.js';
import { Desk } from '../spec-support/desk.js';
import { Play } from '../spec-support/play.js';

let world: AgentWorld;
beforeAll(async () => void (world = await AgentWorld.open()));
afterAll(() => world.close());

let agents = 0;
const bounded = (limits: Partial<AgentLimits>) => deskAgent(limits, `helpdesk.bounded-${(agents += 1)}`);

describe('a budget', () => {
  it.each([
    ['tokensPerRun', 'the tokens of this run are used up'],
    ['moneyPerRun', 'the money of this run is used up'],
    ['tokensPerUserDay', "the tokens of the user's day are used up"],
    ['moneyPerUserDay', "the money of the user's day is used up"],
    ['tokensPerDay', "the tokens of everybody's day are used up"],
    ['moneyPerDay', "the money of everybody's day is used up"],
  ] as const)('of %s ends a run that would go beyond it, before anybody is asked', async (bound, detail) => {
    const play = await Play.of(world, { clerk: bounded({ [bound]: 100 }), script: [{ say: 'here' }] });
    expect(await play.rests()).toMatchObject({ end: { why: 'budget', detail }, money: 0 });
    expect(await play.kinds()).toEqual(['said', 'ended']);
    const use = await world.use(play.clerk.name);
    expect(use.every(({ tokens, money }) => tokens === 0 && money === 0)).toBe(true);
    await play.leave();
  });

  it('counts what was used in the place of what was reserved', async () => {
    const usage = { inputTokens: 100, cacheReadTokens: 40, cacheWriteTokens: 10, outputTokens: 20 };
    const clerk = bounded({});
    const play = await Play.of(world, { clerk, script: [{ say: 'here', usage }] });
    // 2 for each token that was read, 4 for each that was written.
    expect(await play.rests()).toMatchObject({ inputTokens: 100, outputTokens: 20, money: 100 * 2 + 20 * 4 });
    expect(await world.use(clerk.name)).toEqual([
      { scope: 'day', tokens: 120, money: 280 },
      { scope: 'user-day', tokens: 120, money: 280 },
    ]);
    await play.leave();
  });

  it('keeps the results of the calls that came before, when it ends a run', async () => {
    const usage = { inputTokens: 2_000, outputTokens: 1_000 };
    const script = [{ call: [{ tool: 'look', input: {} }], usage }, { say: 'never' }];
    const play = await Play.of(world, { clerk: bounded({ tokensPerUserDay: 9_000 }), script });
    expect(await play.rests()).toMatchObject({ end: { why: 'budget' } });
    expect(await play.kinds()).toEqual(['said', 'asked', 'answered', 'judged', 'called', 'ended']);
    expect(await world.use(play.clerk.name)).toMatchObject([{ tokens: 3_000 }, { tokens: 3_000 }]);
    await play.leave();
  });

  it('of a day is never exceeded by runs that begin together on two hosts', async () => {
    const clerk = bounded({ tokensPerDay: 40_000 });
    const model = scriptedModel(() => ({ say: 'here', usage: { inputTokens: 2_000, outputTokens: 3_000 } }));
    const tools = new Desk();
    const hosts = [1, 2].map(() => world.host([clerk], { model, tools }));
    const runs = world.runs([clerk]);
    const ids = Array.from({ length: 12 }, (_, place) => `together ${place}`);
    for (const host of hosts) host.start();
    for (const id of ids) await runs.begin(clerk, id, 'ada');
    await Promise.all(ids.map((id) => runs.say(id, 'ada', 'hello', 'first')));
    const views = await Promise.all(ids.map((id) => world.rests(runs, id)));
    const answered = views.filter(({ end }) => end?.why === 'answered').length;
    expect(views.filter(({ end }) => end?.why === 'budget')).toHaveLength(12 - answered);
    const [day] = await world.use(clerk.name);
    expect(day?.tokens).toBe(answered * 5_000);
    expect(day?.tokens).toBeLessThanOrEqual(40_000);
    expect(answered).toBeGreaterThan(0);
    expect(answered).toBeLessThan(12);
    for (const host of hosts) {
      await host.drain(AbortSignal.timeout(5_000));
      world.forget(host);
    }
  });
});
