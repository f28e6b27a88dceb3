import type { Agent } from '../agent/agent.js';
import { amountOf, atMost, type Amount } from '../budget/price.js';
import { ModelRejectedError, ModelUnavailableError, type Model, type ModelRequest } from '../model/model.js';
import { untilAborted } from '../model/until-aborted.js';
import { ending } from '../run/ending.js';
import { historyFor } from '../run/history.js';
import type { Outward } from '../run/next-move.js';
import type { RunEntry } from '../run/run-entry.js';
import type { RunState } from '../run/run-state.js';
import type { RunLog } from './engine-parts.js';

type Ask = Extract<Outward, { readonly do: 'ask' }>;

/** A question that may be asked as soon as its attempt is recorded with its reservation. */
export interface Prepared {
  readonly entry: Extract<RunEntry, { readonly kind: 'asked' }>;
  readonly request: ModelRequest;
  readonly amount: Amount;
}

/** What came instead of an answer, or of a question. */
export interface NotAsked {
  readonly entries: readonly RunEntry[];
  /** As the provider asks. */
  readonly retryAfterMs?: number;
}

/** What a run asks a model. */
export class AskModel {
  constructor(
    private readonly model: Model,
    private readonly withinMs: number,
    private readonly log: RunLog,
  ) {}

  /** Makes the question, and counts what it may use at most. A question that is too long ends the run instead. */
  async prepare(agent: Agent, state: RunState, move: Ask, signal: AbortSignal): Promise<Prepared | NotAsked> {
    const { turn, attempt, upTo } = move;
    const { limits, price } = agent;
    const request = requestOf(agent, state, upTo);
    let inputTokens: number;
    try {
      inputTokens = await inTime(signal, this.withinMs, (within) => this.model.inputTokensAtMost(request, within));
    } catch (error) {
      return this.unanswered(agent, { turn, attempt }, error);
    }
    if (inputTokens > limits.inputTokens)
      return { entries: ending(state, 'length', tooLong(inputTokens, limits.inputTokens)) };
    const amount = atMost(price, inputTokens, limits.outputTokens);
    const spent = spentOf(state, amount, limits);
    if (spent !== undefined) return { entries: ending(state, 'budget', spent) };
    return { entry: { kind: 'asked', turn, attempt, upTo, ...amount }, request, amount };
  }

  /**
   * Asks once. Resolves with the answer's entry, or with that of an attempt that came to nothing.
   *
   * @throws the signal's reason, when the run is not this host's any more
   */
  async ask(agent: Agent, { entry, request, amount }: Prepared, signal: AbortSignal): Promise<NotAsked> {
    const { turn, attempt } = entry;
    try {
      const answer = await inTime(signal, this.withinMs, (within) => this.model.ask(request, within));
      const { content, stop, usage, requestId } = answer;
      const used = amountOf(agent.price, usage);
      if (used.tokens > amount.tokens)
        this.log.error({
          message: `model ${this.model.name} has used more tokens than it had said at most`,
          agent: agent.name,
        });
      return {
        entries: [
          {
            kind: 'answered',
            turn,
            attempt,
            content: [...content],
            stop,
            usage,
            money: used.money,
            ...(requestId === undefined ? {} : { requestId }),
          },
        ],
      };
    } catch (error) {
      signal.throwIfAborted();
      return this.unanswered(agent, entry, error);
    }
  }

  private unanswered(
    agent: Agent,
    { turn, attempt }: { readonly turn: number; readonly attempt: number },
    error: unknown,
  ): NotAsked {
    const rejected = error instanceof ModelRejectedError;
    const known = rejected || error instanceof ModelUnavailableError || error instanceof NotInTimeError;
    // What an adapter did not expect may quote what was said; its name is enough to find it.
    const reason = known ? error.message : `the model failed (${error instanceof Error ? error.name : typeof error})`;
    this.log.warn({ message: `model ${this.model.name} did not answer: ${reason}`, agent: agent.name, turn, attempt });
    const retryAfterMs = error instanceof ModelUnavailableError ? error.retryAfterMs : undefined;
    return {
      entries: [{ kind: 'unanswered', turn, attempt, reason, rejected }],
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  }
}

const requestOf = (agent: Agent, state: RunState, upTo: number): ModelRequest => ({
  model: agent.model,
  instructions: agent.instructions,
  messages: historyFor(state, upTo),
  tools: agent.tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
  maxOutputTokens: agent.limits.outputTokens,
  ...(agent.temperature === undefined ? {} : { temperature: agent.temperature }),
});

const tooLong = (tokens: number, most: number): string =>
  `The conversation has up to ${tokens} tokens, and the agent reads ${most} at most. Begin a new one.`;

/** Why the run's own budget does not hold this amount; undefined when it does. */
function spentOf({ used }: RunState, { tokens, money }: Amount, limits: Agent['limits']): string | undefined {
  if (used.tokens + tokens > limits.tokensPerRun) return 'the tokens of this run are used up';
  if (used.money + money > limits.moneyPerRun) return 'the money of this run is used up';
  return undefined;
}

class NotInTimeError extends Error {
  override readonly name = 'NotInTimeError';
}

/** Ends with the signal and after `withinMs` milliseconds, also work that minds neither. */
async function inTime<T>(signal: AbortSignal, withinMs: number, work: (within: AbortSignal) => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const end = new AbortController();
  const aborted = (): void => end.abort(signal.reason);
  const over = (): void => end.abort(new NotInTimeError(`there was no answer within ${withinMs} ms`));
  const timer = setTimeout(over, withinMs);
  signal.addEventListener('abort', aborted, { once: true });
  try {
    return await untilAborted(work(end.signal), end.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', aborted);
  }
}
