import { expect, it } from '@jest/globals';
import type { Waiting } from '@isolith/message-bus';
import fc from 'fast-check';
import { BOUND_MS, judge, nothingSeen, type Seen } from './judge.js';

/** A lane in which one is handled after the other, as simple as it can be. */
interface Lane {
  /** When each of those that wait came. */
  readonly queue: { readonly id: number; readonly came: number }[];
  /** When the first of them became the first. */
  firstSince: number;
}

const LONGEST_STEP_MS = 2_000;
const step = fc.record({
  ms: fc.integer({ min: 1, max: LONGEST_STEP_MS }),
  does: fc.oneof(
    { weight: 3, arbitrary: fc.constant('look' as const) },
    { weight: 1, arbitrary: fc.constant('come' as const) },
    { weight: 1, arbitrary: fc.constant('handle' as const) },
  ),
});

const facts = ({ queue: [first] }: Lane, now: number): readonly Waiting[] =>
  first === undefined
    ? []
    : [
        {
          kind: 'lane',
          name: 'spec',
          waitedMs: now - first.came,
          token: String(first.id),
          reason: 'r',
          lookAt: 'l',
        },
      ];

it('a lane is named when its first one has been first for the bound, and never more than one look earlier', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 120 }), (steps) => {
      let now = 0;
      let seen: Seen = nothingSeen(now);
      let lastLook = now;
      const lane: Lane = { queue: [], firstSince: now };
      for (const [id, { ms, does }] of steps.entries()) {
        now += ms;
        if (does === 'come') {
          if (lane.queue.length === 0) lane.firstSince = now;
          lane.queue.push({ id, came: now });
        } else if (does === 'handle') {
          lane.queue.shift();
          lane.firstSince = now;
        } else {
          // A host that did not look for longer stood still, which is another story.
          fc.pre(now - lastLook <= 5_000);
          const judged = judge(seen, facts(lane, now), now);
          const isNamed = judged.findings.length > 0;
          const firstFor = lane.queue.length === 0 ? 0 : now - lane.firstSince;
          if (firstFor >= BOUND_MS) expect(isNamed).toBe(true);
          if (isNamed) expect(firstFor).toBeGreaterThan(BOUND_MS - 5_000);
          seen = judged.seen;
          lastLook = now;
        }
      }
    }),
    { numRuns: 300 },
  );
});
