import type { DashboardSpec } from './dashboard.js';
import { series, stat } from './panels.js';

/** Requests of customers, without those of probes, scrapers and operators. */
const CUSTOMERS = 'job="$job",route!~"/(health|metrics|actuator).*"';

export const overview: DashboardSpec = {
  name: 'overview',
  title: 'overview',
  description: 'Are customers served, and does anything wait for a person?',
  panels: [
    stat({
      title: 'Hosts ready',
      description: 'Hosts that say they are ready, as the one sees it that knows most of them.',
      unit: 'none',
      queries: { ready: 'max(hosts_seen{job="$job",state="ready"})' },
      redBelow: 1,
    }),
    stat({
      title: 'Sagas that wait for a person',
      description: 'They go neither on nor back until somebody looks: docs/runbooks/saga-needs-attention.md.',
      unit: 'none',
      queries: { sagas: 'sum(max by (saga) (saga_needs_attention{job="$job"}))' },
      redFrom: 1,
    }),
    stat({
      title: 'Parked messages',
      description: 'Set aside until somebody replays or discards them: docs/runbooks/messages-parked.md.',
      unit: 'none',
      queries: { messages: 'sum(max by (context, subscription) (parked_messages{job="$job"})) or vector(0)' },
      redFrom: 1,
    }),
    stat({
      title: 'Work that stands still',
      description: 'Longest of what hosts should do and do not: docs/runbooks/work-stopped.md. Nothing: all is well.',
      unit: 's',
      queries: { longest: 'max(host_impaired_seconds{job="$job"}) or vector(0)' },
      redFrom: 1,
    }),
    series({
      title: 'Requests of customers',
      description: 'Answered per second, by status. Probes, scrapers and operators are not among them.',
      unit: 'reqps',
      queries: { '{{status}}': `sum by (status) (rate(service_request_total{${CUSTOMERS}}[$__rate_interval]))` },
    }),
    series({
      title: 'Failed requests',
      description: 'Share of 5xx among them. The objective is 0.1 % over 30 days: docs/runbooks/error-budget-burn.md.',
      unit: 'percentunit',
      queries: {
        failed: `(sum(rate(service_request_total{${CUSTOMERS},status=~"5.."}[$__rate_interval])) or vector(0)) / sum(rate(service_request_total{${CUSTOMERS}}[$__rate_interval]))`,
      },
      redFrom: 0.001,
    }),
    series({
      title: 'Time to answer',
      description: 'From the arrival of a request to the end of its answer, of half, 95 % and 99 % of them.',
      unit: 's',
      queries: Object.fromEntries(
        [0.5, 0.95, 0.99].map((share) => [
          `${share * 100} %`,
          `histogram_quantile(${share}, sum by (le) (rate(service_latency_seconds_bucket{${CUSTOMERS}}[$__rate_interval])))`,
        ]),
      ),
    }),
    series({
      title: 'Slowest routes',
      description: '95 % of the requests of a route are answered within this time; the ten slowest.',
      unit: 's',
      queries: {
        '{{method}} {{route}}': `topk(10, histogram_quantile(0.95, sum by (le, method, route) (rate(service_latency_seconds_bucket{${CUSTOMERS}}[$__rate_interval]))))`,
      },
    }),
    series({
      title: 'Ready hosts of each context',
      description: 'At 0 nobody serves a context: docs/runbooks/context-without-host.md.',
      unit: 'none',
      queries: { '{{context}}': 'max by (context) (context_replicas{job="$job"})' },
    }),
    series({
      title: 'Oldest event that waits',
      description:
        'For how long a subscription has waited for the next event of a journal: docs/runbooks/subscription-lag.md.',
      unit: 's',
      queries: { '{{subscription}}': 'max by (subscription) (journal_oldest_waiting_seconds{job="$job"})' },
    }),
    series({
      title: 'Messages that wait at the broker',
      description: 'In the ten longest queues, without what is in hand. None are shown in one process.',
      unit: 'none',
      queries: { '{{lane}}': 'topk(10, max by (lane) (queue_messages{job="$job"}))' },
    }),
    series({
      title: 'Certificates end in',
      description:
        'As hosts were shown them at their last connection: docs/runbooks/certificate-expires.md. None without TLS.',
      unit: 's',
      queries: {
        '{{peer}} {{contexts}}': 'min by (peer, contexts) (certificate_expires_at_seconds{job="$job"}) - time()',
      },
    }),
  ],
};
