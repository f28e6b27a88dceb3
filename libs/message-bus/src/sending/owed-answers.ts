import { IsolithError, NotDeliveredError, OutcomeUnknownError, OverloadedError } from '@isolith/contracts';
import type { Waiting } from '../transport/watched.js';

/** Nobody waits for a lane any more that was not asked for this long. */
const ASKED_WITHIN_MS = 5_000;

interface Lane {
  readonly context: string;
  underWay: number;
  lastEndedAt: number;
  answeredAt: number;
  /** When the first attempt began since the last answer that ended without one. */
  silentSince: number | undefined;
  error: unknown;
}

/**
 * The lanes of other hosts that owe this one an answer. A lane is silent from the first attempt that ended without an
 * answer until there is one, whatever it says; an attempt that still waits says nothing, its handler may be slow. Nor
 * does one that began before the last answer: the lane moves, that attempt is slow, or was given up because another one
 * was answered. An answer that only says that nothing ran, or that nobody knows, is none: the lane moved nothing.
 */
export class OwedAnswers {
  private readonly lanes = new Map<string, Lane>();

  /** @param now milliseconds of a clock that nobody sets */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** One attempt to have an answer of a lane. */
  async attempt<T>(name: string, context: string, ask: () => Promise<T>): Promise<T> {
    const lane = this.laneOf(name, context);
    const beganAt = this.now();
    lane.underWay += 1;
    try {
      const answer = await ask();
      this.answered(lane);
      return answer;
    } catch (error) {
      if (!isSilence(error)) this.answered(lane);
      else if (beganAt >= lane.answeredAt) {
        lane.silentSince ??= beganAt;
        lane.error = error;
      }
      throw error;
    } finally {
      lane.underWay -= 1;
      lane.lastEndedAt = this.now();
    }
  }

  waiting(): readonly Waiting[] {
    const now = this.now();
    return [...this.lanes].flatMap(([name, lane]) => {
      const { silentSince, error, context, underWay, lastEndedAt } = lane;
      if (silentSince === undefined) return [];
      if (underWay === 0 && now - lastEndedAt > ASKED_WITHIN_MS) {
        lane.silentSince = undefined;
        return [];
      }
      const last = error instanceof IsolithError ? error.code : 'error';
      return [
        {
          kind: 'calls',
          name,
          waitedMs: now - silentSince,
          reason: `it has answered nothing for ${Math.round((now - silentSince) / 1_000)} s (${last})`,
          lookAt: `the hosts of ${context} and their /health/ready; the queue ${name} at the broker`,
          causes: ['broker connection', 'broker'],
        },
      ];
    });
  }

  private answered(lane: Lane): void {
    lane.answeredAt = this.now();
    lane.silentSince = undefined;
  }

  private laneOf(name: string, context: string): Lane {
    const known = this.lanes.get(name);
    if (known !== undefined) return known;
    const now = this.now();
    const lane = { context, underWay: 0, lastEndedAt: now, answeredAt: now, silentSince: undefined, error: undefined };
    this.lanes.set(name, lane);
    return lane;
  }
}

const isSilence = (error: unknown): boolean =>
  error instanceof NotDeliveredError || error instanceof OutcomeUnknownError || error instanceof OverloadedError;
