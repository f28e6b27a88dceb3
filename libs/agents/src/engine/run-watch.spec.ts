import { leaseTerms } from '@isolith/journal/internal';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@isolith/message-bus/testing';
import { AgentWorld, deskAgent } from '../spec-support/agent-world.js';
import { Play } from '../spec-support/play.js';
import { RunWatch } from './run-watch.js';

let world: AgentWorld;
beforeAll(async () => void (world = await AgentWorld.open()));
afterAll(() => world.close());

const clerk = deskAgent();
const watch = (
  agents: readonly string[],
  longest: () => ReturnType<Play['engine']['held']['longest']> = () => undefined,
) =>
  new RunWatch({
    context: 'helpdesk',
    schema: 'helpdesk',
    database: world.context.database,
    terms: leaseTerms(),
    agents,
    held: { longest },
    askWithinMs: 1_000,
  });

describe('the runs of a context', () => {
  it('wait for nobody while they rest, pause, or are held by another host', async () => {
    const runs = world.runs([clerk]);
    for (const id of ['rests', 'pauses', 'held']) await runs.begin(clerk, id, 'ada');
    for (const id of ['pauses', 'held']) await runs.say(id, 'ada', 'hello', 'a');
    await world.set('pauses', `due_at = now() + interval '1 hour'`);
    await world.set(
      'held',
      `due_at = now() - interval '1 hour', holder = 'x', leased_until = now() + interval '1 hour'`,
    );
    expect(await watch([clerk.name]).look()).toEqual([]);
  });

  it('wait when they are due and nobody moves them, or nobody can', async () => {
    const runs = world.runs([clerk]);
    for (const id of ['due', 'left']) {
      await runs.begin(clerk, id, 'ada');
      await runs.say(id, 'ada', 'hello', 'a');
    }
    await world.set('due', `due_at = now() - interval '20 s'`);
    await world.set(
      'left',
      `due_at = now() - interval '1 day', holder = 'dead', leased_until = now() - interval '30 s'`,
    );
    const one = watch([clerk.name]);
    expect(one.everyMs).toBe(4_000);
    const [found] = await one.look();
    expect(one.everyMs).toBe(1_000);
    expect(found).toMatchObject({
      kind: 'agent',
      name: clerk.name,
      token: 'left',
      backlog: { context: 'helpdesk', count: 2 },
    });
    expect(found?.waitedMs).toBeGreaterThan(29_000);
    expect(found?.waitedMs).toBeLessThan(60_000);
    expect((await watch([]).look())[0]?.reason).toBe('2 runs are due and this host states no agent of that name');
  });

  it('name one that moves here and does not get on', async () => {
    const gate = Promise.withResolvers<never>();
    const model = { name: 'm', ask: () => gate.promise, inputTokensAtMost: async () => 1 };
    const play = await Play.of(world, { model });
    const of = (): Promise<readonly object[]> =>
      Promise.resolve(watch([clerk.name], () => play.engine.held.longest()).look());
    await until(async () => JSON.stringify(await of()).includes('asking the model, turn 1'));
    expect(await of()).toContainEqual(expect.objectContaining({ name: `${play.clerk.name} (moving)`, boundMs: 6_000 }));
    await play.runs.stop(play.id, 'ada');
    await play.leave();
    gate.reject(new Error('over'));
  });
});
