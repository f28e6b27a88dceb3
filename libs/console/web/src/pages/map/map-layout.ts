import { Graph, layout } from '@dagrejs/dagre';
import type { MapModel } from './map-model.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where everything stands; the middle of each, in pixels. */
export interface MapLayout {
  readonly width: number;
  readonly height: number;
  readonly contexts: ReadonlyMap<string, Point>;
  readonly links: ReadonlyMap<string, { readonly points: readonly Point[]; readonly label: Point }>;
}

export const NODE = { width: 142, height: 56 } as const;
const LABEL = { width: 76, height: 30 } as const;
/** A wider map would be drawn so small that nobody reads it. */
const WIDEST = 1_040;
const MARGIN = 12;

export const linkKey = ({ from, to }: { readonly from: string; readonly to: string }): string =>
  JSON.stringify([from, to]);

/** The same for the same contexts and links, whatever their rates are: a map that moves is no map. */
export function layoutOf(model: MapModel): MapLayout {
  const beside = layoutIn(model, { rankdir: 'LR', nodesep: 26, ranksep: 24, edgesep: 14 });
  if (beside.width <= WIDEST) return beside;
  const below = layoutIn(model, { rankdir: 'TB', nodesep: 40, ranksep: 16, edgesep: 24 });
  return below.width < beside.width ? below : beside;
}

function layoutIn({ contexts, links }: MapModel, how: object): MapLayout {
  const graph = new Graph();
  graph.setGraph({ ...how, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { name } of contexts) graph.setNode(name, { ...NODE });
  for (const { from, to } of links.toSorted((a, b) => (linkKey(a) < linkKey(b) ? -1 : 1)))
    if (from !== to) graph.setEdge(from, to, { ...LABEL, labelpos: 'c' });
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    contexts: new Map(graph.nodes().map((name) => [name, pointOf(graph.node(name))])),
    links: new Map(
      graph.edges().map(({ v: from, w: to }) => {
        const { points = [], x, y } = graph.edge(from, to);
        return [linkKey({ from, to }), { points: points.map(pointOf), label: pointOf({ x, y }) }];
      }),
    ),
  };
}

const pointOf = ({ x = 0, y = 0 }: { readonly x?: number | undefined; readonly y?: number | undefined }): Point => ({
  x,
  y,
});

/** A line through the points that has no corners. */
export function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  const bends = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1] ?? point;
    const isLast = index === rest.length - 2;
    const to = isLast ? next : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${point.x} ${point.y} ${to.x} ${to.y}`;
  });
  const [end = first] = rest.slice(-1);
  return `M${first.x} ${first.y}${bends.length === 0 ? `L${end.x} ${end.y}` : bends.join('')}`;
}
