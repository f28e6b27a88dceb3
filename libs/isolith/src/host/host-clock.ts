import { steadyNow, type Envelope } from '@isolith/contracts';
import type { Address, Transport } from '@isolith/message-bus';
import type { LoggerService } from '@nestjs/common';

/** What clocks are apart by less than this is no one's trouble; milliseconds. */
const APART_MS = 30_000;
/** No clock of others is followed further than this; milliseconds. */
const FURTHEST_MS = 24 * 60 * 60_000;
/** A context's clock is read once in so long, and forgotten after; milliseconds. */
const READ_EVERY_MS = 1_000;
const FORGOTTEN_AFTER_MS = 10 * 60_000;

/**
 * The time that user tokens are issued and checked by. It begins with the host's own clock and is not moved by whoever
 * sets that while the host runs. Where the other hosts, as their answers show, agree on another time, it is theirs: a
 * host whose clock is an hour off would else take every token for expired. Nothing but the life of tokens rests on it.
 */
export class HostClock {
  readonly #ahead = new Map<string, { readonly ms: number; readonly at: number }>();
  #correctionMs = 0;

  constructor(private readonly log: Pick<LoggerService, 'warn'>) {}

  /** Milliseconds since the epoch. */
  readonly now = (): number => steadyNow() + this.#correctionMs;

  /** A context has answered, and its host's clock said `time` (RFC 3339) a moment ago. */
  heard(context: string, time: string): void {
    const at = steadyNow();
    if (at - (this.#ahead.get(context)?.at ?? -Infinity) < READ_EVERY_MS) return;
    this.#ahead.set(context, { ms: Date.parse(time) - at, at });
    for (const [known, reading] of this.#ahead) if (at - reading.at > FORGOTTEN_AFTER_MS) this.#ahead.delete(known);
    const apart = medianOf([...this.#ahead.values()].map(({ ms }) => ms));
    const correction = Math.abs(apart) < APART_MS ? 0 : Math.max(-FURTHEST_MS, Math.min(FURTHEST_MS, apart));
    if (Math.abs(correction - this.#correctionMs) >= APART_MS)
      this.log.warn({
        message: `the clock of this host and those of others are ${Math.round(Math.abs(apart) / 1_000)} s apart; tokens are checked by theirs`,
        others_ahead_s: Math.round(apart / 1_000),
      });
    this.#correctionMs = correction;
  }
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

/** The same transport; what others answer shows what their clocks say. */
export function readingClocks(inner: Transport, clock: Pick<HostClock, 'heard'>): Transport {
  return {
    capabilities: inner.capabilities,
    send: (event, to, signal) => inner.send(event, to, signal),
    request: async (envelope: Envelope, to: Address, signal: AbortSignal) => {
      const answer = await inner.request(envelope, to, signal);
      if (to.lane !== 'broadcast') clock.heard(to.context, answer.time);
      return answer;
    },
    listen: (at, on, setAside) => inner.listen(at, on, setAside),
    close: () => inner.close(),
  };
}
