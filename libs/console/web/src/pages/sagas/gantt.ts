import type { TimelineEntry } from '../../api/answers/sagas.js';

/** What became of a stretch of a saga's life. `acted`: a person did it. */
export type Kind = 'done' | 'undone' | 'failed' | 'waited' | 'acted' | 'told';

export interface Bar {
  readonly entry: TimelineEntry;
  readonly kind: Kind;
  /** Nothing was done in it but to wait. */
  readonly isIdle: boolean;
  /** Milliseconds since the entry before. */
  readonly took: number;
  /** Shares of the whole width, 0 to 1. */
  readonly from: number;
  readonly to: number;
  /** It took longer than it is drawn: nothing happened meanwhile. */
  readonly isSqueezed: boolean;
}

/** A stretch is drawn so many times longer than the usual one, at most. */
const MOST_TIMES_USUAL = 6;
const LEAST_SHARE = 0.004;

/**
 * The stretches between the entries of a timeline, with idle time squeezed: minutes of waiting would leave no room for
 * the milliseconds in which everything happened.
 */
export function gantt(timeline: readonly TimelineEntry[]): readonly Bar[] {
  const times = timeline.map(({ at }) => Date.parse(at));
  const took = times.map((at, index) => Math.max(0, at - (times[index - 1] ?? at)));
  const known = took
    .slice(1)
    .filter((ms) => ms > 0)
    .toSorted((a, b) => a - b);
  const usual = known[Math.floor((known.length - 1) / 2)] ?? 1;
  const longest = usual * MOST_TIMES_USUAL;
  const drawn = took.map((ms) => Math.min(ms, longest));
  const whole = drawn.reduce((sum, ms) => sum + ms, 0);
  let at = 0;
  return timeline.map((entry, index) => {
    const from = whole === 0 ? 0 : at / whole;
    at += drawn[index] ?? 0;
    const to = whole === 0 ? 0 : at / whole;
    const left = Math.min(from, 1 - LEAST_SHARE);
    return {
      entry,
      kind: kindOf(entry),
      isIdle: index > 0 && kindOf(timeline[index - 1] ?? entry) === 'waited',
      took: took[index] ?? 0,
      from: left,
      to: Math.max(to, left + LEAST_SHARE),
      isSqueezed: (took[index] ?? 0) > longest,
    };
  });
}

function kindOf({ what, operator }: TimelineEntry): Kind {
  if (operator !== undefined) return 'acted';
  if (what.endsWith(' compensated')) return 'undone';
  if (/ (?:failed|unknown): |^needs attention|^turned back/.test(what)) return 'failed';
  if (/ waits(?: for |$)| reminded \(| waited in vain/.test(what)) return 'waited';
  return what === 'begun' || what === 'failure told' || what.startsWith('deadline') ? 'told' : 'done';
}
