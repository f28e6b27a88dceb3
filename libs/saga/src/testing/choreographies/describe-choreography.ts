import type { Runner } from '@isolith/message-bus/testing';
import type { Choreography } from '../../choreography/choreography.js';
import { spelledViolation } from '../saga-violation.js';
import {
  checkChoreography,
  OTHER_RULES,
  type ChoreographyReport,
  type ChoreographyTrial,
} from './check-choreography.js';
import { eventHistoryRules } from './event-rules.js';

/** More than all histories of a choreography take, on a machine that has much else to do. */
const ALL_HISTORIES_MS = 120_000;

/**
 * Registers a test for each rule with Jest, Vitest or `node:test`: `describeChoreography(choreography, trial, {
 * describe, it })`. The histories are run once, by the first of them, which therefore has two minutes.
 */
export function describeChoreography(
  choreography: Choreography,
  trial: ChoreographyTrial,
  { describe, it }: Runner,
): void {
  let checked: Promise<ChoreographyReport> | undefined;
  const report = (): Promise<ChoreographyReport> => (checked ??= checkChoreography(choreography, trial));
  describe(`choreography ${choreography.name}, whatever fails`, () => {
    for (const { id, promise } of [...eventHistoryRules, ...OTHER_RULES]) {
      const kept = async (): Promise<void> => {
        const { violations, summary } = await report();
        const violation = violations.find(({ rule }) => rule === id);
        if (violation !== undefined) throw new Error(`${spelledViolation(violation)}\n  of ${summary}`);
      };
      it(`${id}: ${promise}`, kept, ALL_HISTORIES_MS);
    }
  });
}
