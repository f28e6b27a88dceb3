import { dashboardOf } from './dashboard.js';
import { host } from './host.js';
import { journals } from './journals.js';
import { messaging } from './messaging.js';
import { overview } from './overview.js';
import { resilience } from './resilience.js';
import { sagas } from './sagas.js';

export const FOLDER = 'docs/operations/dashboards';
export const DASHBOARDS = [overview, messaging, sagas, journals, resilience, host].map((spec) => ({
  name: spec.name,
  dashboard: dashboardOf(spec),
}));

/** The files that Grafana reads, by their names. */
export const dashboardFiles = (): ReadonlyMap<string, string> =>
  new Map(DASHBOARDS.map(({ name, dashboard }) => [`${name}.json`, `${JSON.stringify(dashboard, null, 2)}\n`]));
