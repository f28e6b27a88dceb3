import { performance } from 'node:perf_hooks';
import type { Announcement } from './announcement.js';

const MIB = 2 ** 20;
/** A share of less time than this says nothing; milliseconds. */
const SHORTEST_MS = 1_000;

/** What this process is doing. `busy` is about the last second or more. */
export class OwnLoad {
  #before = performance.eventLoopUtilization();
  #readAt = performance.now();
  #busy = 0;

  read(does: Pick<Announcement['load'], 'inHand' | 'backlogs' | 'impaired'>): Announcement['load'] {
    if (performance.now() - this.#readAt >= SHORTEST_MS) {
      const now = performance.eventLoopUtilization();
      this.#busy = Math.round(performance.eventLoopUtilization(now, this.#before).utilization * 100) / 100;
      this.#before = now;
      this.#readAt = performance.now();
    }
    return { busy: this.#busy, memoryMib: Math.round(process.memoryUsage.rss() / MIB), ...does };
  }
}
