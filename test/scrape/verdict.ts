import { MOST_SERIES } from './most-series.js';
import type { ScrapeReport } from './scrape-run.js';

/** What a scraped shop must not show, however busy its machine is, in sentences; none when all is well. */
export function wrongIn({ mostSeries, strange, growing, dashboards, rules }: ScrapeReport): readonly string[] {
  return [
    ...(mostSeries >= MOST_SERIES ? [`a host shows ${mostSeries} series`] : []),
    ...strange.map((what) => `nothing declares ${what}`),
    ...growing.map((what) => `grows with the calls: ${what}`),
    ...dashboards.refused,
    ...dashboards.empty.map((panel) => `shows nothing: ${panel}`),
    ...rules.filter(({ health }) => health !== 'ok').map(({ name, health }) => `the rule ${name} is ${health}`),
  ];
}

/** What a shop must not show either on a machine that it has for itself. */
export function unwellIn({ down, failed, rules }: ScrapeReport): readonly string[] {
  return [
    ...(failed > 0 ? [`${failed} calls of customers failed`] : []),
    ...down.map((host) => `${host} was down`),
    ...rules.filter(({ state }) => state === 'firing').map(({ name }) => `the alert ${name} fires`),
  ];
}
