import type { DashboardSpec } from './dashboard.js';
import { series, stat } from './panels.js';

export const sagas: DashboardSpec = {
  name: 'sagas',
  title: 'sagas',
  description: 'Do processes over several contexts go on, and how do they end?',
  panels: [
    stat({
      title: 'Wait for a person',
      description: 'They go neither on nor back: docs/runbooks/saga-needs-attention.md.',
      unit: 'none',
      queries: { '{{saga}}': 'max by (saga) (saga_needs_attention{job="$job"})' },
      redFrom: 1,
    }),
    stat({
      title: 'Completed',
      description: 'Share of those that ended, since there are any. What was compensated is a business outcome, too.',
      unit: 'percentunit',
      queries: { '{{saga}}': 'max by (saga) (saga_completion_rate{job="$job"})' },
    }),
    stat({
      title: 'Under way',
      description: 'Running or compensating now.',
      unit: 'none',
      queries: {
        '{{saga}}': 'sum by (saga) (max by (saga, status) (saga_count{job="$job",status=~"running|compensating"}))',
      },
    }),
    stat({
      title: 'Ended',
      description: 'Completed, compensated or taken over by a person, in all.',
      unit: 'none',
      queries: {
        '{{saga}}':
          'sum by (saga) (max by (saga, status) (saga_count{job="$job",status=~"completed|compensated|taken-over"}))',
      },
    }),
    series({
      title: 'Sagas by status',
      description: 'How many there are. Every host of their context tells the same.',
      unit: 'none',
      queries: { '{{saga}} {{status}}': 'max by (saga, status) (saga_count{job="$job"})' },
    }),
    series({
      title: 'End per second',
      description: 'Completed and compensated: more compensations name a step that fails, or a business that refuses.',
      unit: 'ops',
      queries: {
        '{{saga}} {{status}}':
          'max by (saga, status) (deriv(saga_count{job="$job",status=~"completed|compensated|taken-over"}[$__rate_interval])) > 0 or 0 * max by (saga, status) (saga_count{job="$job",status=~"completed|compensated|taken-over"})',
      },
    }),
    series({
      title: 'Commands: what came of them',
      description:
        'What sagas and people ask contexts to do. A code of an error is retried, and then the saga goes back.',
      unit: 'ops',
      queries: {
        '{{message}} {{outcome}}':
          'topk(10, sum by (message, outcome) (rate(message_handled_total{job="$job",lane="requests"}[$__rate_interval])))',
      },
    }),
    series({
      title: 'Commands: time to handle',
      description: '95 % are handled within this time; a step takes at least as long.',
      unit: 's',
      queries: {
        '{{message}}':
          'topk(10, histogram_quantile(0.95, sum by (le, message) (rate(message_seconds_bucket{job="$job",lane="requests"}[$__rate_interval]))))',
      },
    }),
  ],
};
