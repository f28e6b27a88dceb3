/** How a message goes: what its sender waits for, or hears of. Work inside the sender's unit is a command's. */
export type EdgeLane = 'command' | 'query' | 'event';

/** What the handlers of this host have taken from one context for another since the start. */
export interface EdgeCounts {
  readonly from: string;
  readonly to: string;
  readonly lane: EdgeLane;
  readonly failed: number;
  /** How many took at most so many seconds, by the bounds of a histogram, and how many more than the last. */
  readonly counts: readonly number[];
}

/** All of them. Implementers owe: cheap enough to be asked every second. */
export interface CountsEdges {
  /** Seconds, ascending. */
  readonly bounds: readonly number[];
  edges(): readonly EdgeCounts[];
}

const LANES: Readonly<Record<string, EdgeLane>> = { requests: 'command', queries: 'query', unit: 'command' };

/** Every other lane is a subscription, called by its name. */
export const edgeLane = (lane: string): EdgeLane => LANES[lane] ?? 'event';

/** Names an edge. */
export const edgeKey = ({ from, to, lane }: { from: string; to: string; lane: string }): string =>
  `${from} ${to} ${lane}`;
