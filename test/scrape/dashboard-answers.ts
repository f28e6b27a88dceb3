import { setTimeout as sleep } from 'node:timers/promises';
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

/** For how long a panel that has nothing to show yet is looked at again: what is asked for at one moment may be over. */
const LOOKED_AT_MS = 20_000;

/**
 * Asks for everything that the dashboards show, as Grafana does, of each of the hosts where they show one, and again for
 * what had nothing to show, as one does who leaves them open. Under load, that is: what happens now and then happens.
 */
export async function dashboardAnswers(prometheus: Prometheus, rateInterval: string): Promise<DashboardAnswers> {
  const hosts = (await prometheus.query('hosts_seen{job="shop",state="ready"}')).map(
    ({ labels }) => labels['instance'],
  );
  const asked = DASHBOARDS.flatMap(({ name, dashboard }) =>
    queriesOf(dashboard).flatMap(({ panel, expr }) => {
      const whole = expr.replaceAll('$__rate_interval', rateInterval).replaceAll('$job', 'shop');
      const each = whole.includes('$instance')
        ? hosts.map((host) => whole.replaceAll('$instance', host ?? ''))
        : [whole];
      return each.map((expression) => ({ key: `${name}: ${panel}`, expression }));
    }),
  );
  const refused = new Set<string>();
  const shows = async (expression: string): Promise<boolean> => {
    const values = await prometheus.query(expression).catch((error: unknown) => {
      refused.add(String(error));
      return [];
    });
    // A share of nothing is not a number, and nothing to look at.
    return values.some(({ value }) => Number.isFinite(value));
  };
  const end = Date.now() + LOOKED_AT_MS;
  let looked = asked;
  for (;;) {
    const empty: typeof asked = [];
    for (const one of looked) if (!(await shows(one.expression)) && !(one.key in SILENT)) empty.push(one);
    if (empty.length === 0 || refused.size > 0 || Date.now() > end)
      return { asked: asked.length, refused: [...refused], empty: [...new Set(empty.map(({ key }) => key))] };
    looked = empty;
    await sleep(200);
  }
}
