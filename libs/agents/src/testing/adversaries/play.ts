import { derivedId } from '@isolith/message-bus';
import { refusalText } from '../../governor/refusal-text.js';
import type { ToolUse } from '../../model/model-message.js';
import type { Tool, ToolInput } from '../../tools/tool.js';
import { breachesOf, type Breach } from './breach.js';
import { ownDefence, type Defence, type WaitingCall } from './defence.js';
import { marketTools } from './market/market-tools.js';
import { Market } from './market/market.js';
import type { Decision, Transcript } from './transcript.js';

/** The run of every transcript. */
const RUN = 'run-1';
/** What no signal ends. */
const UNHURRIED = new AbortController().signal;

/** A call that somebody is to decide on. */
interface Waiting extends WaitingCall {
  readonly at: string;
  readonly tool: Tool;
  readonly input: ToolInput;
  used: boolean;
}

/**
 * Plays a transcript against a defence, before a market in memory that decides itself who may do what, and says what
 * came through; nothing for a defence that holds. Rejects with what the defence throws.
 */
export async function play(transcript: Transcript, defence: Defence = ownDefence): Promise<readonly Breach[]> {
  const market = await Market.open(transcript.planted);
  const run = new Played(transcript, defence, market);
  for (const [turn, uses] of transcript.answers.entries()) {
    await run.answer(turn, uses);
    for (const decision of transcript.decisions ?? []) if (decision.after === turn + 1) await run.decide(decision);
  }
  return breachesOf(transcript, market.effects, run.told);
}

/** What an engine does with answers, without its durability. */
class Played {
  /** All that a model was told. */
  readonly told: string[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #callsOf = new Map<string, number>();
  readonly #calls: ReturnType<Defence['calls']>;
  #untrusted = false;

  constructor(
    private readonly transcript: Transcript,
    private readonly defence: Defence,
    market: Market,
  ) {
    this.#calls = defence.calls(market.buses);
  }

  async answer(turn: number, uses: readonly ToolUse[]): Promise<void> {
    for (const [index, toolUse] of uses.entries()) await this.#take(`${turn}.${index}`, toolUse);
  }

  async decide({ approval, by, run = RUN }: Decision): Promise<void> {
    const at = typeof approval === 'string' ? undefined : approval.join('.');
    const of = at === undefined ? undefined : this.#waiting.find((waiting) => waiting.at === at);
    const id = typeof approval === 'string' ? approval : (of?.approval ?? 'of no call');
    for (const waiting of this.#waiting) {
      if (!this.defence.accepts(waiting, { approval: id, run, by, of: of?.toolUse })) continue;
      waiting.used = true;
      await this.#call(waiting.at, waiting.tool, waiting.input);
    }
  }

  async #take(at: string, toolUse: ToolUse): Promise<void> {
    const tool = this.defence.find(marketTools, toolUse.name);
    const callsOfTool = this.#callsOf.get(tool?.name ?? '') ?? 0;
    const { user: principal } = this.transcript;
    const judged = this.defence.govern({
      tool,
      toolUse,
      principal: { service: 'assistant', ...principal },
      untrusted: this.#untrusted,
      callsOfTool,
    });
    if (judged.verdict === 'refuse' || tool === undefined) {
      this.told.push(judged.verdict === 'refuse' ? refusalText(judged) : 'there is no such tool');
      return;
    }
    this.#callsOf.set(tool.name, callsOfTool + 1);
    const { input } = judged;
    if (judged.verdict === 'run') return this.#call(at, tool, input);
    const owner = principal.user ?? '';
    this.#waiting.push({ at, approval: derivedId(RUN, at), run: RUN, owner, toolUse, tool, input, used: false });
  }

  async #call(at: string, tool: Tool, input: ToolInput): Promise<void> {
    const principal = { service: 'assistant', ...this.transcript.user };
    const { content, untrusted } = await this.#calls.call({
      tool,
      input,
      id: derivedId(RUN, `${at} call`),
      principal,
      signal: UNHURRIED,
    });
    this.told.push(content);
    this.#untrusted ||= untrusted;
  }
}
