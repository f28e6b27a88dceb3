import type { RunResult } from './run-result.js';

/** How often something was hit, and while what was under way. */
export interface Covered {
  readonly hits: number;
  readonly inFlight: Readonly<Record<string, number>>;
}

/** Of each fault in each kind of placement. */
export type Coverage = Readonly<Record<string, Readonly<Record<string, Covered>>>>;

/**
 * Faults, by the kind of placement in which they came, and the steps that orders were at: `checkout:charge-payment` →
 * hits that met it.
 */
export function coverageOf(results: readonly RunResult[]): Coverage {
  const coverage: Record<string, Record<string, { hits: number; inFlight: Record<string, number> }>> = {};
  for (const { placement, hits } of results) {
    for (const { kind, at } of hits) {
      const cell = ((coverage[kind] ??= {})[placement] ??= { hits: 0, inFlight: {} });
      cell.hits += 1;
      for (const step of Object.keys(at)) cell.inFlight[step] = (cell.inFlight[step] ?? 0) + 1;
    }
  }
  return coverage;
}

/** For the terminal: a line for each fault and placement. */
export function coverageLines(coverage: Coverage): string[] {
  return Object.entries(coverage)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([kind, placements]) =>
      Object.entries(placements).map(([placement, { hits, inFlight }]) => {
        const steps = Object.entries(inFlight)
          .sort(([, a], [, b]) => b - a)
          .map(([step, times]) => `${step} ${times}`);
        return `${kind.padEnd(24)} ${placement.padEnd(25)} ${String(hits).padStart(4)} hits   while at ${steps.join(', ')}`;
      }),
    );
}
