import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@isolith/message-bus/testing';
import { z } from 'zod';
import { ModelRejectedError, ModelUnavailableError, type Model } from '../model/model.js';
import { scriptedModel } from '../model/scripted-model.js';
import type { ScriptedTurn } from '../model/script.js';
import { AgentWorld, deskAgent } from '../spec-support/agent-world.js';
import { Play } from '../spec-support/play.js';
import { pauseBeforeAsking } from './pauses.js';

let world: AgentWorld;
beforeAll(async () => void (world = await AgentWorld.open()));
afterAll(() => world.close());

/** Fails as often as it is told, then plays its script. */
function failing(times: number, error: () => Error, script: readonly ScriptedTurn[] = [{ say: 'here' }]) {
  const scripted = scriptedModel(script);
  let asked = 0;
  const model: Model = {
    name: 'failing',
    ask: async (request, signal) => {
      asked += 1;
      if (asked <= times) throw error();
      return scripted.ask(request, signal);
    },
    inputTokensAtMost: (request, signal) => scripted.inputTokensAtMost(request, signal),
  };
  return { model, asked: () => asked };
}

async function dueIn(id: string): Promise<{ ms: number; holder: string | null }> {
  const [row] = await world.context.database.query(
    z.object({ ms: z.number(), holder: z.string().nullable() }),
    'SELECT (extract(epoch FROM due_at - now()) * 1000)::float8 AS ms, holder FROM helpdesk.agent_run WHERE id = $1',
    [id],
  );
  return z.object({ ms: z.number(), holder: z.string().nullable() }).parse(row);
}

describe('a model that does not answer', () => {
  it('is asked again when its pause is over; until then the run is nobody’s, and due in the table', async () => {
    const { model, asked } = failing(1, () => new ModelUnavailableError('busy', 600_000));
    const play = await Play.of(world, { model });
    await until(async () => (await play.kinds()).includes('unanswered') && (await dueIn(play.id)).holder === null);
    const { ms } = await dueIn(play.id);
    // As long as the provider asks, and never beyond a minute.
    expect(ms).toBeGreaterThan(50_000);
    expect(ms).toBeLessThanOrEqual(60_000);
    expect(play.engine.held.size).toBe(0);
    expect(asked()).toBe(1);
    await world.set(play.id, 'due_at = now()');
    play.engine.wake();
    expect(await play.rests()).toMatchObject({ end: { why: 'answered' }, turns: 1 });
    expect(asked()).toBe(2);
    await play.leave();
  });

  it('is asked four times, and then the run says so', async () => {
    const { model, asked } = failing(9, () => new ModelUnavailableError('busy'));
    const play = await Play.of(world, { model });
    for (const attempts of [1, 2, 3]) {
      await until(
        async () => (await play.of('unanswered')).length === attempts && (await dueIn(play.id)).holder === null,
      );
      await world.set(play.id, 'due_at = now()');
      play.engine.wake();
    }
    expect(await play.rests()).toMatchObject({ end: { why: 'model' } });
    expect(asked()).toBe(4);
    // What it may have read counts.
    const reserved = (await play.of('asked')).reduce((sum, { tokens }) => sum + tokens, 0);
    expect(await world.use(play.clerk.name)).toMatchObject([{ tokens: reserved }, { tokens: reserved }]);
    await play.leave();
  });

  it('is not asked again when it refuses the request', async () => {
    const { model, asked } = failing(9, () => new ModelRejectedError('no'));
    const play = await Play.of(world, { model });
    expect(await play.rests()).toMatchObject({ end: { why: 'model' } });
    expect(asked()).toBe(1);
    await play.leave();
  });

  it('has not answered when it hangs, whatever it makes of its signal', async () => {
    const scripted = scriptedModel([{ say: 'here' }]);
    let hangs = true;
    const model: Model = {
      name: 'hanging',
      ask: (request, signal) => (hangs ? new Promise(() => undefined) : scripted.ask(request, signal)),
      inputTokensAtMost: (request, signal) => scripted.inputTokensAtMost(request, signal),
    };
    const play = await Play.of(world, { model, askWithinMs: 20 });
    await until(async () => (await play.kinds()).includes('unanswered'));
    hangs = false;
    await until(async () => (await dueIn(play.id)).holder === null);
    await world.set(play.id, 'due_at = now()');
    play.engine.wake();
    expect(await play.rests()).toMatchObject({ end: { why: 'answered' } });
    await play.leave();
  });

  it('says nothing of an error that it did not expect but its name', async () => {
    const { model } = failing(1, () => new TypeError('the secret is 42'));
    const play = await Play.of(world, { model });
    await until(async () => (await play.kinds()).includes('unanswered'));
    expect(JSON.stringify([await play.entries(), world.logged])).not.toContain('secret');
    expect(await play.of('unanswered')).toMatchObject([{ reason: 'the model failed (TypeError)' }]);
    await play.leave();
  });
});

describe('a conversation that is longer than its agent reads', () => {
  it('ends, and says so, before anybody is asked', async () => {
    const clerk = deskAgent({ inputTokens: 2_000 }, 'helpdesk.short');
    const { model, asked } = failing(0, () => new Error());
    const play = await Play.of(world, { clerk, model });
    await play.rests();
    await play.say('x'.repeat(3_000));
    const { end } = await play.reached(({ status, seq }) => status === 'resting' && seq > 4);
    expect(end).toMatchObject({ why: 'length', detail: expect.stringContaining('reads 2000 at most') });
    expect(asked()).toBe(1);
    await play.leave();
  });
});

describe('a pause', () => {
  it('doubles from a second, up to a minute, and no less than asked for', () => {
    expect([1, 2, 3].map((failed) => pauseBeforeAsking(failed, undefined, () => 0))).toEqual([500, 1_000, 2_000]);
    expect([1, 2, 3, 9, 99].map((failed) => pauseBeforeAsking(failed, undefined, () => 1))).toEqual([
      1_000, 2_000, 4_000, 60_000, 60_000,
    ]);
    expect(pauseBeforeAsking(1, 5_000, () => 0)).toBe(5_000);
    expect(pauseBeforeAsking(1, 3_600_000, () => 0)).toBe(60_000);
    expect(pauseBeforeAsking(1, Number.NaN, () => 0)).toBe(500);
    expect(pauseBeforeAsking(1, -5, () => 0)).toBe(500);
  });
});
