import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { useConsole } from '../../console.js';
import type { Sample } from '../../live/traffic-history.js';
import { useStore } from '../../store.js';
import { rateOf } from './map-model.js';

interface Properties {
  readonly link: string | undefined;
  /** Another moment when there is more to draw. */
  readonly at: string | number;
}

const HEIGHT = 150;
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

const columnsOf = (samples: readonly Sample[]): uPlot.AlignedData => [
  samples.map(({ at }) => at / 1_000),
  samples.map(({ perSecond }) => perSecond),
  samples.map(({ failedPerSecond }) => failedPerSecond),
];

/** Rates of the last minutes, as far as these pages have seen them. */
export function TrafficChart({ link, at }: Properties): JSX.Element {
  const { live, theme } = useConsole();
  const choice = useStore(theme.choice);
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const samples = live.history.of(link);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const drawn = new uPlot(optionsFor(element), columnsOf(live.history.of(link)), element);
    chart.current = drawn;
    const sizes = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height: HEIGHT }));
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      drawn.destroy();
      chart.current = undefined;
    };
  }, [link, choice, live]);
  useEffect(() => chart.current?.setData(columnsOf(samples)), [at, link, samples]);
  const last = samples.at(-1);
  return (
    <div
      class="chart"
      ref={place}
      role="img"
      aria-label={
        last === undefined
          ? 'Nothing was told yet'
          : `Rates of the last minutes: now ${rateOf(last.perSecond)}, of which ${rateOf(last.failedPerSecond)} fail`
      }
    />
  );
}

/** In the colours of the page, which a canvas does not know by itself. */
function optionsFor(element: HTMLElement): uPlot.Options {
  const colours = getComputedStyle(element);
  const colour = (name: string): string => colours.getPropertyValue(name).trim();
  const axis = { stroke: colour('--quiet'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    cursor: { show: false },
    legend: { show: false },
    scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [
      { ...axis, space: 80, values: (_, times) => times.map((time) => clock.format(time * 1_000)) },
      { ...axis, size: 48, values: (_, rates) => rates.map(rateOf) },
    ],
    series: [
      {},
      { label: 'rate', stroke: colour('--accent'), width: 2, points: { show: false } },
      { label: 'failed', stroke: colour('--bad'), width: 2, points: { show: false } },
    ],
  };
}
