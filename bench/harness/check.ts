import type { Contender, Level, Result } from './result.js';

/** The share of a recorded ratio that is still taken for noise. */
const LEAST_SHARE = 2 / 3;

const ours = ({ contenders }: Level): Contender | undefined => contenders.find(({ role }) => role === 'ours');

/**
 * What fell by more than a third against what is on record, one sentence each. Subjects and levels without a record
 * pass.
 */
export function fallen(measured: Result, recorded: Result | undefined): readonly string[] {
  if (measured.kind !== 'race' || recorded?.kind !== 'race') return [];
  return measured.levels.flatMap((level) => {
    const before = recorded.levels.find(({ atOnce }) => atOnce === level.atOnce);
    const [now, then] = [ours(level)?.ratio.median, before && ours(before)?.ratio.median];
    if (now === undefined || then === undefined || now >= then * LEAST_SHARE) return [];
    return [`${measured.subject} at ${level.atOnce}: ${now.toFixed(3)} of the ceiling, ${then.toFixed(3)} on record`];
  });
}
