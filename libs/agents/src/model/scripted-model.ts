import { attempt, readyToAsk } from './attempt.js';
import type { Model, ModelAnswer, ModelRequest } from './model.js';
import { answerOf, bytesOf, turnOf, type ModelScript } from './script.js';

/** A model in memory, for tests and demonstrations: as strict about a request as the strictest provider. */
export function scriptedModel(script: ModelScript, { name = 'scripted' }: { readonly name?: string } = {}): Model {
  return new ScriptedModel(name, script);
}

class ScriptedModel implements Model {
  readonly provider = 'isolith';

  constructor(
    readonly name: string,
    private readonly script: ModelScript,
  ) {}

  ask(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer> {
    return attempt(this, request, signal, async () =>
      answerOf(this.name, await turnOf(this.script, request, signal), request),
    );
  }

  async inputTokensAtMost(request: ModelRequest, signal: AbortSignal): Promise<number> {
    readyToAsk(this.name, signal);
    return bytesOf(request);
  }
}
