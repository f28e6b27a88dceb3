import type { ModelPrice } from '../agent/agent.js';
import type { ModelUsage } from '../model/model-message.js';

const MILLION = 1_000_000;

/** Tokens, and money in millionths of the price's currency. */
export interface Amount {
  readonly tokens: number;
  readonly money: number;
}

/** What a request and its answer come to at most: each token as the dearest of its kind. */
export function atMost(price: ModelPrice, inputTokens: number, outputTokens: number): Amount {
  const { input, output, cacheRead = input, cacheWrite = input } = price;
  const dearest = Math.max(input, cacheRead, cacheWrite);
  return { tokens: inputTokens + outputTokens, money: rounded(inputTokens * dearest + outputTokens * output) };
}

/** What an answer has used: never more than `atMost` of no fewer tokens. */
export function amountOf(price: ModelPrice, usage: ModelUsage): Amount {
  const { input, output, cacheRead = input, cacheWrite = input } = price;
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  const plain = Math.max(0, inputTokens - cacheReadTokens - cacheWriteTokens);
  const cached = cacheReadTokens * cacheRead + cacheWriteTokens * cacheWrite;
  return { tokens: inputTokens + outputTokens, money: rounded(plain * input + cached + outputTokens * output) };
}

/** Up, so that nothing is ever free. */
const rounded = (price: number): number => Math.ceil(price / MILLION);
