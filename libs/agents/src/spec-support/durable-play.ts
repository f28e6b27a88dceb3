import { until } from '@isolith/message-bus/testing';
import { agent, type Agent } from '../agent/agent.js';
import { AgentTools } from '../engine/agent-tools.js';
import { approvalId } from '../engine/make-calls.js';
import type { Model, ModelAnswer, ModelRequest } from '../model/model.js';
import type { RunEnd } from '../run/run-entry.js';
import type { RunView } from '../runs/agent-runs.js';
import type { StoredAgentRuns } from '../engine/stored-agent-runs.js';
import { breachesOf, type Breach } from '../testing/adversaries/breach.js';
import { ownDefence } from '../testing/adversaries/defence.js';
import { marketTools } from '../testing/adversaries/market/market-tools.js';
import { Market } from '../testing/adversaries/market/market.js';
import type { Decision, Transcript } from '../testing/adversaries/transcript.js';
import { ToolCalls } from '../tools/tool-calls.js';
import type { AgentWorld } from './agent-world.js';

/** May use more than any transcript does: what holds it back are its tools. */
export const marketAgent: Agent = agent({
  name: 'helpdesk.market',
  model: 'small',
  price: { input: 0, output: 0 },
  instructions: 'Help.',
  tools: marketTools,
  limits: { inputTokens: 100_000, turns: 100, toolsPerTurn: 64, tokensPerRun: 100_000_000, tokensPerUserDay: 10 ** 9 },
});

/** What came of a run. */
export interface PlayedRun {
  /** Why it rests: `answered` when the model had its script to the end. */
  readonly end: RunEnd | undefined;
  readonly breaches: readonly Breach[];
}

/**
 * Plays a transcript as a durable run: with the engine, its rows, and approvals that are rows. Whoever is asked and
 * does not approve refuses.
 */
export async function playDurably(world: AgentWorld, id: string, transcript: Transcript): Promise<PlayedRun> {
  const market = await Market.open(transcript.planted);
  const told = new Set<string>();
  const model: Model = {
    name: 'led astray',
    // Not as strict as real ones: what they would refuse is to get as far as it can.
    ask: async (request) => {
      for (const text of toldIn(request)) told.add(text);
      return answerOf(transcript, answersIn(request));
    },
    inputTokensAtMost: async () => 1,
  };
  const { buses } = market;
  const calls = new ToolCalls({ context: 'helpdesk', buses, onError: fail });
  const engine = world.host([marketAgent], {
    model,
    tools: new AgentTools(calls, ownDefence.govern),
    rolesOf: async () => transcript.user.roles,
  });
  const runs = world.runs([marketAgent]);
  engine.start();
  try {
    const end = await new DurableRun(runs, id, transcript).play();
    return { end, breaches: breachesOf(transcript, market.effects, [...told]) };
  } finally {
    await engine.drain(AbortSignal.timeout(5_000));
    world.forget(engine);
  }
}

class DurableRun {
  readonly #owner: string;
  #left: readonly Decision[];

  constructor(
    private readonly runs: StoredAgentRuns,
    private readonly id: string,
    private readonly transcript: Transcript,
  ) {
    this.#owner = transcript.user.user ?? 'nobody';
    this.#left = transcript.decisions ?? [];
  }

  /** To its end: it has answered and its script is over, or it can't go on. */
  async play(): Promise<RunEnd | undefined> {
    await this.runs.begin(marketAgent, this.id, this.#owner);
    for (let said = 1; said <= this.transcript.answers.length + 1; said += 1) {
      await this.runs.say(this.id, this.#owner, 'go on', `${said}`);
      const { end, turns } = await this.#toRest();
      if (end?.why !== 'answered' || turns > this.transcript.answers.length) return end?.why;
    }
    throw new Error(`run ${this.id} comes to no end`);
  }

  async #toRest(): Promise<RunView> {
    for (;;) {
      const run = await this.#pause();
      await this.#decide(run.turns);
      if (run.status === 'resting') return run;
      for (const { id } of run.approvals) await this.runs.decide(this.id, this.#owner, id, { approved: false });
    }
  }

  async #pause(): Promise<RunView> {
    let found: RunView | undefined;
    await until(async () => {
      found = await this.runs.view(this.id, this.#owner);
      return found !== undefined && found.status !== 'moving';
    });
    if (found === undefined) throw new Error(`no run ${this.id}`);
    return found;
  }

  async #decide(turns: number): Promise<void> {
    const due = this.#left.filter(({ after }) => after <= turns);
    this.#left = this.#left.filter((decision) => !due.includes(decision));
    for (const { by, approval, run = this.id } of due) {
      const of = typeof approval === 'string' ? approval : approvalId(this.id, approval[0] + 1, approval[1]);
      await this.runs.decide(run === 'run-1' ? this.id : run, by, of, { approved: true });
    }
  }
}

const answersIn = ({ messages }: ModelRequest): number => messages.filter(({ role }) => role === 'assistant').length;

function answerOf({ answers }: Transcript, index: number): ModelAnswer {
  // A history has each id once; what shares one in a transcript does so no further.
  const calls = (answers[index] ?? []).map((use, at) => ({ ...use, id: `${index}.${at} ${use.id}` }));
  const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
  return calls.length > 0
    ? { content: calls, stop: 'tools', usage }
    : { content: [{ type: 'text', text: 'done' }], stop: 'done', usage };
}

const toldIn = ({ messages }: ModelRequest): readonly string[] =>
  messages.flatMap(({ content }) => content.flatMap((block) => (block.type === 'tool-result' ? [block.content] : [])));

function fail(error: Error): never {
  throw error;
}
