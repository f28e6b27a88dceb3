import { eachItsOwn, oneProcess, randomPlacement } from '../../support/placements.js';
import type { Draw } from './draw.js';
import type { PlannedPlacement, PlacementKind } from './run-plan.js';

/** How often each kind is drawn. */
const KINDS: readonly PlacementKind[] = [
  'one process',
  'one process',
  'one process with a broker',
  'split at random',
  'split at random',
  'split at random',
  'each its own',
  'two replicas',
  'two replicas',
];

export function drawPlacement(draw: Draw): PlannedPlacement {
  return placementOf(draw.pick(KINDS), draw);
}

export function placementOf(kind: PlacementKind, draw: Draw): PlannedPlacement {
  const seed = draw.whole(0, 1_000_000);
  switch (kind) {
    case 'one process':
      return { kind, placement: oneProcess, hasBroker: false };
    case 'one process with a broker':
      return { kind, placement: { ...oneProcess, name: kind }, hasBroker: true };
    case 'split at random':
      return { kind, placement: randomPlacement(seed), hasBroker: true };
    case 'each its own':
      return { kind, placement: eachItsOwn, hasBroker: true };
    case 'two replicas':
      return { kind, placement: replicated(seed, draw), hasBroker: true };
  }
}

/**
 * A split of which one host runs twice. The gateway's does not: somebody would have to share the calls out between
 * them.
 */
function replicated(seed: number, draw: Draw): PlannedPlacement['placement'] {
  const split = randomPlacement(seed);
  const candidates = split.hosts.filter((contexts) => !contexts.includes('gateway'));
  const twin = draw.pick(candidates);
  return { ...split, name: `${split.name} | again ${twin.join('+')}`, hosts: [...split.hosts, twin] };
}
