import type { Rule } from './rules/rule.js';
import { spelledFault } from './trial/fault.js';
import type { History } from './trial/run-history.js';
import { spelledTrace } from './trial/trace.js';

/** A rule that a history breaks. */
export interface SagaViolation {
  readonly rule: string;
  readonly promise: string;
  /** What breaks it. */
  readonly problem: string;
  /** What goes wrong in the history: `replay` takes it. */
  readonly faults: readonly string[];
  /** What happened, a line each. */
  readonly trace: readonly string[];
}

export const violationOf = (
  { faults, trace }: History,
  { id, promise }: Pick<Rule, 'id' | 'promise'>,
  problem: string,
): SagaViolation => ({ rule: id, promise, problem, faults: faults.map(spelledFault), trace: spelledTrace(trace) });

/** As a person reads it: the rule, what breaks it, what went wrong and all that happened. */
export const spelledViolation = ({ rule, promise, problem, faults, trace }: SagaViolation): string =>
  [
    `${rule}: ${problem}`,
    `  owed: ${promise}`,
    `  faults: ${faults.length === 0 ? 'none' : ''}`,
    ...faults.map((fault) => `    ${fault}`),
    '  what happened:',
    ...trace.map((line) => `    ${line}`),
  ].join('\n');
