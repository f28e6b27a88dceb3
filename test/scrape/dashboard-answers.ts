import { DASHBOARDS } from '../dashboards/files.js';
import { queriesOf } from '../dashboards/lint.js';
import type { Prometheus } from './prometheus.js';

/** Panels that have nothing to show while all is well, each with the reason. */
export const SILENT: Readonly<Record<string, string>> = {
  'overview: Certificates end in': 'the shop of the tests has no TLS',
  'messaging: Without an answer': 'everybody is answered',
  'messaging: Left to others': 'no host lacks anything',
  'journals: Parked by subscription': 'nothing is parked',
  'resilience: Refused requests': 'nobody is refused',
  'resilience: Messages without an answer': 'everybody is answered',
  'resilience: Most writes a second': 'all are taken on',
  'host: Connections to databases': 'the gateway has none',
  'host: Callers that wait for a connection': 'the gateway has none',
  'host: Wait for a connection': 'nobody may have had to wait',
  'host: What it should do and does not': 'it does all of it',
  'host: Messages taken': 'the gateway handles none',
};

/** What a dashboard's queries came to. */
export interface DashboardAnswers {
  readonly asked: number;
  /** Expressions that Prometheus refused, with its words. */
  readonly refused: readonly string[];
  /** `dashboard: panel` that had nothing to show, and should have. */
  readonly empty: readonly string[];
}

/** Asks for everything that the dashboards show, as Grafana does, of each of the hosts where they show one. */
export async function dashboardAnswers(prometheus: Prometheus, rateInterval: string): Promise<DashboardAnswers> {
  const hosts = (await prometheus.query('hosts_seen{job="shop",state="ready"}')).map(
    ({ labels }) => labels['instance'],
  );
  const refused: string[] = [];
  const shown = new Map<string, boolean>();
  let asked = 0;
  for (const { name, dashboard } of DASHBOARDS)
    for (const { panel, expr } of queriesOf(dashboard)) {
      const whole = expr.replaceAll('$__rate_interval', rateInterval).replaceAll('$job', 'shop');
      const each = whole.includes('$instance')
        ? hosts.map((host) => whole.replaceAll('$instance', host ?? ''))
        : [whole];
      for (const expression of each) {
        asked += 1;
        const key = `${name}: ${panel}`;
        const values = await prometheus.query(expression).catch((error: unknown) => {
          refused.push(String(error));
          return [];
        });
        // A share of nothing is not a number, and nothing to look at.
        const has = values.some(({ value }) => Number.isFinite(value));
        shown.set(key, (shown.get(key) ?? true) && has);
      }
    }
  const empty = [...shown].filter(([key, has]) => !has && !(key in SILENT)).map(([key]) => key);
  return { asked, refused, empty };
}
