import type { Agent } from '../agent/agent.js';
import type { AgentEngine } from '../engine/agent-engine.js';
import type { AgentEngineParts } from '../engine/engine-parts.js';
import type { StoredAgentRuns } from '../engine/stored-agent-runs.js';
import type { Model } from '../model/model.js';
import { scriptedModel } from '../model/scripted-model.js';
import type { ModelScript } from '../model/script.js';
import type { RunEntry } from '../run/run-entry.js';
import type { RunView } from '../runs/agent-runs.js';
import { deskAgent, type AgentWorld, type HostOptions } from './agent-world.js';
import { Desk } from './desk.js';

export interface PlayOptions extends Partial<HostOptions> {
  readonly clerk?: Agent;
  readonly script?: ModelScript;
  readonly wrap?: (parts: AgentEngineParts) => AgentEngineParts;
}

let plays = 0;

/** One run of `ada`, on a host of its own and with an agent of its own. */
export class Play {
  readonly desk = new Desk();
  readonly id: string;
  readonly clerk: Agent;
  readonly runs: StoredAgentRuns;
  readonly engine: AgentEngine;

  private constructor(
    readonly world: AgentWorld,
    { clerk, script = [], model, wrap, ...options }: PlayOptions,
  ) {
    plays += 1;
    this.id = `run ${plays}`;
    this.clerk = clerk ?? deskAgent({}, `helpdesk.clerk-${plays}`);
    this.runs = world.runs([this.clerk]);
    const asked: Model = model ?? scriptedModel(script);
    this.engine = world.host([this.clerk], { tools: this.desk, ...options, model: asked }, wrap);
  }

  /** Begins a run, says `hello`, and has a host move it. */
  static async of(world: AgentWorld, options: PlayOptions): Promise<Play> {
    const play = new Play(world, options);
    play.engine.start();
    await play.runs.begin(play.clerk, play.id, 'ada');
    await play.say('hello');
    return play;
  }

  say(text: string): Promise<number | undefined> {
    return this.runs.say(this.id, 'ada', text, `key of ${text.slice(0, 50)}`);
  }

  async entries(): Promise<readonly RunEntry[]> {
    return (await this.runs.entries(this.id, 'ada', 0, 1_000)).map(({ entry }) => entry);
  }

  async kinds(): Promise<readonly string[]> {
    return (await this.entries()).map(({ kind }) => kind);
  }

  async of<K extends RunEntry['kind']>(kind: K): Promise<readonly Extract<RunEntry, { readonly kind: K }>[]> {
    const is = (entry: RunEntry): entry is Extract<RunEntry, { readonly kind: K }> => entry.kind === kind;
    return (await this.entries()).filter(is);
  }

  reached(holds: (run: RunView) => boolean): Promise<RunView> {
    return this.world.reached(this.runs, this.id, holds);
  }

  rests(): Promise<RunView> {
    return this.reached(({ status }) => status === 'resting');
  }

  /** The first approval that waits, once there is one. */
  async approval(): Promise<string> {
    const { approvals } = await this.reached((run) => run.approvals.length > 0 && run.status === 'waiting');
    const [approval] = approvals;
    if (approval === undefined) throw new Error('no approval waits');
    return approval.id;
  }

  async leave(): Promise<void> {
    await this.engine.drain(AbortSignal.timeout(5_000));
    this.world.forget(this.engine);
  }
}
