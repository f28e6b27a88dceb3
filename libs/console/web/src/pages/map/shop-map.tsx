import type { JSX } from 'preact';
import { lengthOf } from '../../parts/time.js';
import { linkKey, NODE, pathOf, type MapLayout, type Point } from './map-layout.js';
import { rateOf, type ContextOnMap, type Link, type MapModel } from './map-model.js';

interface Properties {
  readonly model: MapModel;
  readonly layout: MapLayout;
  /** The link that is looked at. */
  readonly chosen: string | undefined;
}

/** The drawing; the tables below it say the same in words. */
export function ShopMap({ model: { contexts, links }, layout, chosen }: Properties): JSX.Element {
  const { width, height } = layout;
  return (
    <div class="map" tabIndex={0} role="region" aria-label="Map of the contexts">
      <svg
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`${contexts.length} contexts and ${links.length} links between them`}
      >
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
            markerUnits="userSpaceOnUse"
          >
            <path d="M0 0 8 4 0 8z" />
          </marker>
        </defs>
        {links.map((link) => {
          const place = layout.links.get(linkKey(link));
          return place && <LinkLine key={linkKey(link)} link={link} {...place} isChosen={linkKey(link) === chosen} />;
        })}
        {contexts.map((context) => {
          const place = layout.contexts.get(context.name);
          return place && <ContextBox key={context.name} context={context} at={place} />;
        })}
      </svg>
      <p class="key">
        <Key lane="command" /> commands <Key lane="query" /> queries <Key lane="event" /> events; below the rate: within
        what time 99 of 100 are answered
      </p>
    </div>
  );
}

function LinkLine({
  link: { lanes, perSecond, failedPerSecond, p99Ms, mark },
  points,
  label,
  isChosen,
}: {
  readonly link: Link;
  readonly points: readonly Point[];
  readonly label: Point;
  readonly isChosen: boolean;
}): JSX.Element {
  const width = 1 + Math.min(3, Math.log10(1 + perSecond));
  return (
    <g class={`link ${mark} ${lanes[0]?.lane ?? ''} ${isChosen ? 'chosen' : ''}`}>
      <path d={pathOf(points)} stroke-width={width} marker-end="url(#arrow)" />
      <text x={label.x} y={label.y - 2} text-anchor="middle">
        {perSecond > 0 && rateOf(perSecond)}
      </text>
      <text x={label.x} y={label.y + 12} text-anchor="middle">
        {mark === 'failing' ? `${rateOf(failedPerSecond)} fail` : p99Ms === undefined ? '' : lengthOf(p99Ms)}
      </text>
    </g>
  );
}

function ContextBox({
  context: { name, hosts, health },
  at: { x, y },
}: {
  readonly context: ContextOnMap;
  readonly at: Point;
}): JSX.Element {
  const left = x - NODE.width / 2;
  const ready = hosts.filter(({ state }) => state === 'ready').length;
  return (
    <g class={`context ${health}`}>
      <rect x={left} y={y - NODE.height / 2} width={NODE.width} height={NODE.height} rx="9" />
      <text x={left + 14} y={y - 5} class="name">
        {name}
      </text>
      <text x={left + 14} y={y + 15} class="state">
        {hosts.length === 0 ? 'no host' : `${ready} of ${hosts.length} ready`}
      </text>
      {hosts.slice(0, 8).map(({ name: host, state }, index) => (
        <circle key={host} class={state} cx={left + NODE.width - 14 - index * 11} cy={y + 11} r="4" />
      ))}
    </g>
  );
}

const Key = ({ lane }: { readonly lane: string }): JSX.Element => (
  <svg width="34" height="8" aria-hidden="true" class={`link ${lane}`}>
    <path d="M0 4H34" stroke-width="2" />
  </svg>
);
