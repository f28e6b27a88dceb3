import type { Tool } from '../tools/tool.js';

/** What an agent may use up. All of it is refused beyond the bound, never counted afterwards. */
export interface AgentLimits {
  /** Tokens of one request, and of its answer. Default 10,000 and 6,000. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** How often the model is asked between two messages of the user. Default 12. */
  readonly turns: number;
  /** Tools that one answer may ask for. Default 8. */
  readonly toolsPerTurn: number;
  /** From a message of the user to the answer, waiting for approvals not counted, in milliseconds. Default 300,000. */
  readonly answersWithinMs: number;
  /** Of one run, of one user's day, of everybody's day. Default 200,000, 1,000,000 and 20,000,000. */
  readonly tokensPerRun: number;
  readonly tokensPerUserDay: number;
  readonly tokensPerDay: number;
  /** The same in millionths of the currency in which the model's prices are stated. Default 2, 10 and 200 of it. */
  readonly moneyPerRun: number;
  readonly moneyPerUserDay: number;
  readonly moneyPerDay: number;
}

/** Millionths of a currency's unit for a million tokens: so what a token costs, in millionths of a millionth. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
}

/** An agent as it was declared. */
export interface Agent {
  /** `assistant.shopping`: the context that keeps its runs, and a name in it. */
  readonly name: string;
  readonly model: string;
  readonly temperature: number | undefined;
  readonly price: ModelPrice;
  readonly instructions: string;
  readonly tools: readonly Tool[];
  readonly limits: AgentLimits;
  /** What is wrong with the declaration; a host that has it does not start. */
  readonly problems: readonly string[];
}

/** What an author says of an agent. */
export interface AgentSpec extends Pick<Agent, 'name' | 'model' | 'price' | 'instructions' | 'tools'> {
  /** Where the model takes one. Default: what the model's own default is. */
  readonly temperature?: number;
  readonly limits?: Partial<AgentLimits>;
}

const MILLION = 1_000_000;

/** What an agent may use that says nothing of it. */
export const defaultLimits: AgentLimits = {
  inputTokens: 10_000,
  outputTokens: 6_000,
  turns: 12,
  toolsPerTurn: 8,
  answersWithinMs: 300_000,
  tokensPerRun: 200_000,
  tokensPerUserDay: MILLION,
  tokensPerDay: 20 * MILLION,
  moneyPerRun: 2 * MILLION,
  moneyPerUserDay: 10 * MILLION,
  moneyPerDay: 200 * MILLION,
};

const NAME = /^[a-z][a-z0-9-]{0,40}\.[a-z][a-z0-9-]{0,40}$/;

/** Declares an agent: a model with instructions and tools, and what it may use. */
export function agent({ limits: stated = {}, temperature, ...spec }: AgentSpec): Agent {
  const limits = { ...defaultLimits, ...stated };
  return { ...spec, temperature, limits, problems: problemsOf(spec, limits) };
}

function problemsOf({ name, tools, price }: Pick<Agent, 'name' | 'tools' | 'price'>, limits: AgentLimits): string[] {
  const said = NAME.test(name) ? [] : [`is not named context.name in small letters, digits and dashes`];
  const bounds = Object.entries(limits).filter(([, bound]) => !Number.isSafeInteger(bound) || bound < 1);
  const prices = Object.entries(price).filter(([, one]) => !Number.isFinite(one) || one < 0);
  const names = tools.map((tool) => tool.name);
  const twice = new Set(names.filter((one, index) => names.indexOf(one) !== index));
  return [
    ...said,
    ...bounds.map(([bound, value]) => `has ${bound} of ${value}, which is no whole number from 1`),
    ...prices.map(([kind, value]) => `has a price for ${kind} of ${value}`),
    ...[...twice].map((one) => `has two tools named ${one}`),
  ].map((problem) => `agent ${name} ${problem}`);
}
