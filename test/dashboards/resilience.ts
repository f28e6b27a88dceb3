import type { DashboardSpec } from './dashboard.js';
import { series } from './panels.js';

export const resilience: DashboardSpec = {
  name: 'resilience',
  title: 'resilience',
  description: 'Which calls are held back, which limits are reached, and who is refused?',
  panels: [
    series({
      title: 'Circuits',
      description: '0 closed, 1 half-open, 2 open, where a host has seen it: docs/runbooks/circuit-open.md.',
      unit: 'none',
      queries: { '{{policy}}': 'max by (policy) (circuit_breaker_state{job="$job"})' },
      redFrom: 2,
    }),
    series({
      title: 'Calls under a bulkhead',
      description: 'That hold a slot, of all hosts.',
      unit: 'none',
      queries: { '{{policy}}': 'sum by (policy) (bulkhead_running{job="$job"})' },
    }),
    series({
      title: 'Calls that wait for a slot',
      description: 'Above 0 for long, what is called is slower than it is asked.',
      unit: 'none',
      queries: { '{{policy}}': 'sum by (policy) (bulkhead_queued{job="$job"})' },
    }),
    series({
      title: 'Refused requests',
      description: '429 is told one who asks too much, 503 everybody while too much is asked or a context is away.',
      unit: 'reqps',
      queries: {
        '{{status}}':
          'sum by (status) (rate(service_request_total{job="$job",status=~"429|503|504"}[$__rate_interval]))',
      },
    }),
    series({
      title: 'Requests in flight',
      description: 'That the gateways have taken on, by context.',
      unit: 'none',
      queries: { '{{context}}': 'sum by (context) (requests_in_flight{job="$job"})' },
    }),
    series({
      title: 'Most requests in flight',
      description: 'So many are taken on at once; it adapts to how much gets done.',
      unit: 'none',
      queries: { '{{context}}': 'sum by (context) (requests_in_flight_limit{job="$job"})' },
    }),
    series({
      title: 'Most writes a second',
      description:
        'Taken on while more of what they begin waits than gets done; empty while all are: docs/guides/edge.md.',
      unit: 'reqps',
      queries: { '{{context}}': 'sum by (context) (requests_begin_per_second_limit{job="$job"})' },
    }),
    series({
      title: 'Shed requests',
      description: 'Refused because more was asked of a context than got done: docs/guides/edge.md.',
      unit: 'reqps',
      queries: { '{{context}}': 'sum by (context) (rate(requests_shed_total{job="$job"}[$__rate_interval]))' },
    }),
    series({
      title: 'Messages without an answer',
      description: 'By the context that was asked, after all attempts.',
      unit: 'ops',
      queries: { '{{to}}': 'sum by (to) (rate(message_unanswered_total{job="$job"}[$__rate_interval]))' },
    }),
  ],
};
