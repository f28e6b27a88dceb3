import type { Runner } from '@isolith/message-bus/testing';
import type { Saga } from '../definition/saga.js';
import { HOLDS_AT_THE_END } from './breaches.js';
import { checkSaga, type SagaReport, type SagaTrial } from './check-saga.js';
import { sagaRules } from './rules/saga-rules.js';
import { SAME_AGAIN } from './same-again.js';
import { spelledViolation } from './saga-violation.js';

/** More than all histories of a saga take, on a machine that has much else to do. */
const ALL_HISTORIES_MS = 120_000;

/**
 * Registers a test for each rule with Jest, Vitest or `node:test`: `describeSaga(definition, trial, { describe, it })`.
 * The histories are run once, by the first of them, which therefore has two minutes.
 */
export function describeSaga<S>(definition: Saga<S>, trial: SagaTrial<S>, { describe, it }: Runner): void {
  let checked: Promise<SagaReport> | undefined;
  const report = (): Promise<SagaReport> => (checked ??= checkSaga(definition, trial));
  const rules = [...sagaRules, SAME_AGAIN, ...(trial.atEnd === undefined ? [] : [HOLDS_AT_THE_END])];
  describe(`saga ${definition.plan.name}, whatever fails`, () => {
    for (const { id, promise } of rules) {
      const kept = async (): Promise<void> => {
        const { violations, summary } = await report();
        const violation = violations.find(({ rule }) => rule === id);
        if (violation !== undefined) throw new Error(`${spelledViolation(violation)}\n  of ${summary}`);
      };
      it(`${id}: ${promise}`, kept, ALL_HISTORIES_MS);
    }
  });
}
