import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@isolith/message-bus/testing';
import { AgentWorld, deskAgent } from '../spec-support/agent-world.js';
import { Play } from '../spec-support/play.js';
import { callId } from './make-calls.js';

let world: AgentWorld;
beforeAll(async () => void (world = await AgentWorld.open()));
afterAll(() => world.close());

const call = (tool: string) => ({ tool, input: { order: 7 } });
const done = { outcome: 'done' as const, content: '{}', untrusted: false };

describe('the calls of an answer', () => {
  it('are made as the delegate of the user, under an id that follows from run, turn and index', async () => {
    const play = await Play.of(world, { script: [{ call: [call('look'), call('note')] }, { say: 'x' }] });
    await play.rests();
    expect(play.desk.called.map(({ id }) => id)).toEqual([callId(play.id, 1, 0), callId(play.id, 1, 1)]);
    expect(play.desk.called.map(({ principal }) => principal)).toEqual(
      [1, 2].map(() => ({ service: 'helpdesk', user: 'ada', roles: ['customer'], delegate: true })),
    );
    expect(play.desk.called.map(({ correlationId }) => correlationId)).toEqual([play.id, play.id]);
    await play.leave();
  });

  it('are made side by side, eight at most, and told in their order', async () => {
    const clerk = deskAgent({ toolsPerTurn: 20 }, 'helpdesk.many');
    const tools = Array.from({ length: 12 }, (_, place) => call(`look-${place}`));
    const play = await Play.of(world, { clerk, script: [{ call: tools }, { say: 'x' }] });
    let most = 0;
    let now = 0;
    const gate = Promise.withResolvers<void>();
    play.desk.fate = async () => {
      now += 1;
      most = Math.max(most, now);
      if (now === 8) gate.resolve();
      await gate.promise;
      now -= 1;
      return done;
    };
    await play.rests();
    expect(most).toBe(8);
    expect((await play.of('called')).map(({ index }) => index)).toEqual(tools.map((_, place) => place));
    await play.leave();
  });

  it('are no more than its agent makes at once: the others are refused', async () => {
    const clerk = deskAgent({ toolsPerTurn: 2 }, 'helpdesk.few');
    const script = [{ call: [call('look'), call('note'), call('approve-refund')] }, { say: 'x' }];
    const play = await Play.of(world, { clerk, script });
    await play.rests();
    expect(play.desk.names().toSorted()).toEqual(['look', 'note']);
    expect((await play.of('judged')).map(({ verdict }) => verdict)).toEqual(['run', 'run', 'refuse']);
    await play.leave();
  });

  it('count for each other, and for those that come later', async () => {
    const script = [{ call: [call('look'), call('look')] }, { call: [call('look'), call('note')] }, { say: 'x' }];
    const play = await Play.of(world, { script });
    await play.rests();
    const seen = play.desk.judged.map(({ use, callsOfTool }) => [use.name, callsOfTool]);
    expect(seen).toEqual([
      ['look', 0],
      ['look', 1],
      ['look', 2],
      ['note', 0],
    ]);
    await play.leave();
  });

  it('are judged by whether the run has read what somebody else wrote', async () => {
    const script = [{ call: [call('gossip'), call('look')] }, { call: [call('note')] }, { say: 'x' }];
    const play = await Play.of(world, { script });
    await play.rests();
    expect(play.desk.judged.map(({ untrusted }) => untrusted)).toEqual([false, false, true]);
    await play.leave();
  });
});

describe('a call whose outcome is not known', () => {
  const unknown = { outcome: 'unknown' as const, content: '{"unknown":true}', untrusted: false };
  const script = [{ call: [call('look')] }, { say: 'x' }];

  it('is made again under its id, which says what became of it', async () => {
    const play = await Play.of(world, { script });
    play.desk.fate = (_, before) => (before < 2 ? unknown : done);
    await play.rests();
    expect(new Set(play.desk.called.map(({ id }) => id))).toEqual(new Set([callId(play.id, 1, 0)]));
    expect(play.desk.called).toHaveLength(3);
    expect(await play.of('called')).toMatchObject([{ outcome: 'done' }]);
    await play.leave();
  });

  it('is made three times at most, and then the model is told', async () => {
    const play = await Play.of(world, { script });
    play.desk.fate = () => unknown;
    await play.rests();
    expect(play.desk.called).toHaveLength(3);
    expect(await play.of('called')).toMatchObject([{ outcome: 'unknown', content: unknown.content }]);
    await play.leave();
  });

  it('is one that throws, and what it threw is told to nobody but the log', async () => {
    const play = await Play.of(world, { script });
    play.desk.fate = () => Promise.reject(new Error('the inside of it'));
    await play.rests();
    const [called] = await play.of('called');
    expect(called?.outcome).toBe('unknown');
    expect(JSON.stringify(await play.entries())).not.toContain('the inside of it');
    await play.leave();
  });
});

describe('the user of a run', () => {
  const script = [{ call: [call('look')] }, { say: 'x' }];

  it('is looked up for the calls of each turn; while that fails the run waits, and its answer is kept', async () => {
    let fails = true;
    const play = await Play.of(world, {
      script,
      pollMs: 20,
      rolesOf: async () => {
        if (fails) throw new Error('users are away');
        return ['customer'];
      },
    });
    await until(async () => (await play.kinds()).includes('answered'));
    expect(await play.reached(() => true)).toMatchObject({ status: 'moving' });
    expect(play.desk.judged).toEqual([]);
    fails = false;
    await play.rests();
    expect(play.desk.names()).toEqual(['look']);
    expect(await play.of('answered')).toHaveLength(2);
    await play.leave();
  });

  it('who may do nothing any more has nothing done', async () => {
    const play = await Play.of(world, { script, rolesOf: async () => undefined });
    expect(await play.rests()).toMatchObject({ end: { why: 'stopped' } });
    expect(play.desk.judged).toEqual([]);
    expect(play.desk.called).toEqual([]);
    await play.leave();
  });
});
