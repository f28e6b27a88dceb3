import type { Model, ModelPrice } from '@isolith/agents';

/** The injection token of the Model that assistants are asked by. */
export const ASSISTANT_MODEL = Symbol('assistant model');

/** What agents call the model: which one that is at its provider, a host is told by its settings. */
export const MODEL = 'assistant';

/**
 * What budgets reckon with, in millionths of a dollar for a million tokens. It bounds what is spent where it is no less
 * than what the provider asks for: who sets a dearer model states its price here.
 */
export const PRICE: ModelPrice = { input: 1_000_000, output: 5_000_000, cacheRead: 100_000, cacheWrite: 1_250_000 };

/** Asks a provider's model of this name, whatever the agent calls it. */
export function named(model: Model, name: string): Model {
  return {
    name: model.name,
    ask: (request, signal) => model.ask({ ...request, model: name }, signal),
    inputTokensAtMost: (request, signal) => model.inputTokensAtMost({ ...request, model: name }, signal),
  };
}
