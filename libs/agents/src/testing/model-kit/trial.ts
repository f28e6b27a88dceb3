import { AssertionError } from 'node:assert';
import { setImmediate as turn } from 'node:timers/promises';
import type { ModelMessage } from '../../model/model-message.js';
import { ModelUnavailableError, type ModelAnswer, type ModelRequest } from '../../model/model.js';
import type { ModelScript } from '../../model/script.js';
import type { ModelFactory, ModelProvider, OpenModel } from './model-factory.js';

/** How a promise ended. */
export type Ended<T> =
  | { readonly value: T; readonly error?: never }
  | { readonly error: unknown; readonly value?: never };

/** More than any answer of the kit has, and little enough to be sent at once. */
const ANSWER_BYTES = 2 * 1024 * 1024;

/** What nobody may find in an error's text. */
export const SAID = 'Hedy-Lamarr-1914';

/** What one run of one obligation works with: models that answer from its scripts, and waits that end. */
export class Trial {
  private readonly opened: OpenModel[] = [];
  private readonly endsAt: number;

  constructor(
    private readonly factory: ModelFactory,
    readonly patienceMs: number,
  ) {
    this.endsAt = Date.now() + patienceMs;
  }

  /** With patience for whoever is merely slow; `idleMs` where silence is what is tried. */
  async open(script: ModelScript, idleMs = this.patienceMs): Promise<OpenModel> {
    const opened = await this.factory.open({ script, idleMs, answerBytes: ANSWER_BYTES });
    this.opened.push(opened);
    return opened;
  }

  /** The same with its provider; for obligations that say that they need one. */
  async openWithProvider(
    script: ModelScript,
    idleMs?: number,
  ): Promise<OpenModel & { readonly provider: ModelProvider }> {
    const opened = await this.open(script, idleMs);
    const { provider } = opened;
    if (provider === undefined)
      throw new TypeError('the obligation uses a provider and does not say that it needs one');
    return { ...opened, provider };
  }

  /** How an ask ended; rejects, when it does not within the patience. */
  async asked(
    { model }: OpenModel,
    request: ModelRequest,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Ended<ModelAnswer>> {
    return this.ended('an ask', model.ask(request, signal));
  }

  async ended<T>(what: string, promise: Promise<T>): Promise<Ended<T>> {
    let ended: Ended<T> | undefined;
    promise.then(
      (value) => (ended = { value }),
      (error: unknown) => (ended = { error }),
    );
    await this.until(`${what} ends`, () => ended !== undefined);
    return ended ?? { error: new AssertionError({ message: `${what} did not end` }) };
  }

  /** Resolves once the condition holds; rejects, naming what was waited for, when the patience is over. */
  async until(what: string, condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (Date.now() >= this.endsAt) throw new AssertionError({ message: `waited in vain: ${what}` });
      await turn();
    }
  }

  /** Closes what was opened. */
  async end(): Promise<void> {
    for (const opened of this.opened) await opened.close();
  }
}

const user = (said: string): ModelMessage => ({ role: 'user', content: [{ type: 'text', text: said }] });

/** A request that every model takes. */
export function someRequest(more: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: 'kit-model',
    instructions: 'You help customers of a shop.',
    messages: [user(`Hello, I am ${SAID}.`)],
    tools: [
      {
        name: 'orders_get-order',
        description: 'Gets an order.',
        inputSchema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
      },
    ],
    maxOutputTokens: 1_000,
    ...more,
  };
}

/** What was answered, or an assertion that says how it was not. */
export function answered({ value, error }: Ended<ModelAnswer>): ModelAnswer {
  if (value === undefined) throw new AssertionError({ message: `was not answered: ${nameOf(error)}` });
  return value;
}

/** That it may answer when it is asked again. */
export function unavailable(ended: Ended<unknown>, when: string): ModelUnavailableError {
  if (ended.error instanceof ModelUnavailableError) return ended.error;
  const how = 'error' in ended ? nameOf(ended.error) : 'an answer';
  throw new AssertionError({ message: `${when}: expected a ModelUnavailableError, got ${how}` });
}

/** A history after an answer whose calls were all made. */
export function afterCalls(
  request: ModelRequest,
  answer: ModelAnswer,
  more: readonly ModelMessage[] = [],
): ModelRequest {
  const results = answer.content.flatMap((block) =>
    block.type === 'tool-use'
      ? [{ type: 'tool-result' as const, id: block.id, content: '{"status":"confirmed"}', failed: false }]
      : [],
  );
  const asked: ModelMessage[] = [
    ...request.messages,
    { role: 'assistant', content: [...answer.content] },
    { role: 'user', content: [...results, { type: 'text', text: 'And now?' }] },
    ...more,
  ];
  return { ...request, messages: asked };
}

export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
