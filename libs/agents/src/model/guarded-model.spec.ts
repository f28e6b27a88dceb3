import { beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { steadyNow } from '@isolith/contracts';
import { ResilienceRegistry } from '@isolith/resilience';
import { guardedModel } from './guarded-model.js';
import { ModelRejectedError, ModelUnavailableError, type Model, type ModelRequest } from './model.js';
import { scriptedModel } from './scripted-model.js';

const request = (model = 'large'): ModelRequest => ({
  model,
  instructions: 'Be brief.',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
  tools: [],
  maxOutputTokens: 100,
});
const { signal } = new AbortController();
const breaker = { failureThreshold: 2, successThreshold: 1, openMs: 60_000 };

let asked: string[];
let answers: () => string;
let registry: ResilienceRegistry;
const primary = scriptedModel(
  ({ model }) => {
    asked.push(model);
    return { say: answers() };
  },
  { name: 'first' },
);
const small = scriptedModel(({ model }) => ({ say: `${model} stands in` }), { name: 'second' });
const down = (): never => {
  throw new ModelUnavailableError('down');
};
/** Asks so often that the circuit opens. */
async function fail(model: Model, times = 2): Promise<void> {
  for (let nth = 0; nth < times; nth += 1)
    await expect(model.ask(request(), signal)).rejects.toThrow(ModelUnavailableError);
}

beforeEach(() => {
  asked = [];
  answers = () => 'fine';
  registry = new ResilienceRegistry();
});

describe('a guarded model', () => {
  it('asks once, and shows its circuit under its name and context', async () => {
    const model = guardedModel(registry, primary, { context: 'assistant', breaker });
    answers = down;
    await fail(model, 1);
    expect(asked).toEqual(['large']);
    expect(registry.find('model.first.large')?.state()).toMatchObject({ breaker: 'closed', failures: 1 });
    expect(registry.contextOf('model.first.large')).toBe('assistant');
    expect(registry.violations()).toEqual([]);
  });

  it('says when to come again while its circuit is open, and asks nobody', async () => {
    const model = guardedModel(registry, primary, { breaker });
    answers = down;
    await fail(model);
    answers = () => 'fine';
    const refused = model.ask(request(), signal);
    await expect(refused).rejects.toThrow(/circuit of the model first is open/);
    await expect(refused).rejects.toMatchObject({ retryAfterMs: expect.any(Number) });
    expect(asked).toHaveLength(2);
    // Another name of the same provider has a circuit of its own.
    expect(await model.ask(request('other'), signal)).toMatchObject({ stop: 'done' });
  });

  it('has an ask that nobody has read answered by the fallback, and only that', async () => {
    const model = guardedModel(registry, primary, { breaker, fallback: { model: small, as: 'little' } });
    answers = down;
    await fail(model);
    expect(await model.ask(request(), signal)).toMatchObject({ content: [{ text: 'little stands in' }] });
    expect(asked).toHaveLength(2);
  });

  it('takes a refusal of the request for an answer', async () => {
    const model = guardedModel(registry, primary, { breaker });
    answers = () => {
      throw new ModelRejectedError('too long');
    };
    for (let nth = 0; nth < 3; nth += 1) await expect(model.ask(request(), signal)).rejects.toThrow(ModelRejectedError);
    expect(registry.find('model.first.large')?.state()).toMatchObject({ breaker: 'closed', failures: 0 });
  });

  it('does not count a caller who leaves', async () => {
    const never = scriptedModel(() => new Promise(() => undefined));
    const model = guardedModel(registry, never, { breaker: { ...breaker, failureThreshold: 1 } });
    const leaving = new AbortController();
    const answer = model.ask(request(), leaving.signal);
    leaving.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
    expect(registry.find('model.scripted.large')?.state()).toMatchObject({ breaker: 'closed' });
  });

  describe('counting', () => {
    const counts = (model: Model, tokens: () => number): Model => ({
      name: model.name,
      ask: (...of) => model.ask(...of),
      inputTokensAtMost: async () => tokens(),
    });

    it('is of whoever may be asked: the larger of both', async () => {
      const fallback = { model: counts(small, () => 70), as: 'little' };
      const [few, many] = [5, 700].map((count) =>
        guardedModel(
          new ResilienceRegistry(),
          counts(primary, () => count),
          { fallback },
        ),
      );
      expect(await few?.inputTokensAtMost(request(), signal)).toBe(70);
      expect(await many?.inputTokensAtMost(request(), signal)).toBe(700);
    });

    it('while the circuit is open is of the fallback alone, who then is asked even if it has closed', async () => {
      const fallback = { model: counts(small, () => 70), as: 'little' };
      const model = guardedModel(
        registry,
        counts(primary, () => 700),
        { breaker, fallback },
      );
      answers = down;
      await fail(model);
      const counted = request();
      expect(await model.inputTokensAtMost(counted, signal)).toBe(70);
      registry.find('model.first.large')?.close('an operator');
      expect(await model.ask(counted, signal)).toMatchObject({ content: [{ text: 'little stands in' }] });
      expect(asked).toHaveLength(2);
    });

    it('is of both again as soon as the circuit would let an ask through', async () => {
      const fallback = { model: counts(small, () => 70), as: 'little' };
      const soon = { ...breaker, openMs: 1 };
      const model = guardedModel(
        registry,
        counts(primary, () => 700),
        { breaker: soon, fallback },
      );
      answers = down;
      await fail(model);
      const due = registry.find('model.first.large')?.state().mayHalfOpenAt ?? 0;
      while (steadyNow() <= due) await turn();
      expect(await model.inputTokensAtMost(request(), signal)).toBe(700);
    });

    it('opens the circuit where the provider leaves counts unanswered', async () => {
      const model = guardedModel(registry, counts(primary, down), { breaker });
      for (let nth = 0; nth < 2; nth += 1)
        await expect(model.inputTokensAtMost(request(), signal)).rejects.toThrow('down');
      expect(registry.find('model.first.large')?.state().breaker).toBe('open');
      await expect(model.inputTokensAtMost(request(), signal)).rejects.toThrow(/circuit of the model/);
    });

    it('that asks nobody does not close what asks have opened', async () => {
      const model = guardedModel(registry, primary, { breaker });
      answers = down;
      await fail(model, 1);
      await model.inputTokensAtMost(request(), signal);
      await fail(model, 1);
      expect(registry.find('model.first.large')?.state().breaker).toBe('open');
    });
  });

  it('guards so many names and no more', async () => {
    const model = guardedModel(registry, primary);
    for (let nth = 0; nth < 50; nth += 1) await model.ask(request(`m${nth}`), signal);
    await expect(model.ask(request('one-more'), signal)).rejects.toThrow(ModelRejectedError);
    expect(registry.all()).toHaveLength(50);
  });
});
