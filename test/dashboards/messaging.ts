import type { DashboardSpec } from './dashboard.js';
import { series } from './panels.js';

export const messaging: DashboardSpec = {
  name: 'messaging',
  title: 'messaging',
  description: 'What do contexts ask and tell one another, what comes of it, and what waits at the broker?',
  panels: [
    series({
      title: 'Messages handled',
      description: 'Commands, queries and runs for events per second, by the context whose handler ran.',
      unit: 'ops',
      queries: { '{{to}}': 'sum by (to) (rate(message_handled_total{job="$job"}[$__rate_interval]))' },
    }),
    series({
      title: 'What came of them',
      description: 'Failures are expected answers of a contract; codes of errors are not.',
      unit: 'ops',
      queries: {
        '{{outcome}}': 'topk(10, sum by (outcome) (rate(message_handled_total{job="$job"}[$__rate_interval])))',
      },
    }),
    series({
      title: 'Most frequent messages',
      description: 'The ten that are handled most often, with who sent them.',
      unit: 'ops',
      queries: {
        '{{from}} > {{message}}':
          'topk(10, sum by (from, message) (rate(message_handled_total{job="$job"}[$__rate_interval])))',
      },
    }),
    series({
      title: 'Slowest messages',
      description: '95 % are handled within this time, from their arrival at the handler’s host; the ten slowest.',
      unit: 's',
      queries: {
        '{{message}} {{lane}}':
          'topk(10, histogram_quantile(0.95, sum by (le, message, lane) (rate(message_seconds_bucket{job="$job"}[$__rate_interval]))))',
      },
    }),
    series({
      title: 'Without an answer',
      description: 'Whose senders got none after all attempts, and why.',
      unit: 'ops',
      queries: {
        '{{from}} > {{message}}: {{outcome}}':
          'sum by (from, message, outcome) (rate(message_unanswered_total{job="$job"}[$__rate_interval]))',
      },
    }),
    series({
      title: 'Taken by each host',
      description: 'Of one lane all replicas should take about as many; of a subscription one takes all.',
      unit: 'ops',
      queries: {
        '{{lane}} {{instance}}':
          'sum by (lane, instance) (rate(message_taken_total{job="$job"}[$__rate_interval])) > 0',
      },
    }),
    series({
      title: 'Messages that wait at the broker',
      description: 'By queue, without what is in hand: a queue that only grows has too few or too slow consumers.',
      unit: 'none',
      queries: { '{{lane}}': 'max by (lane) (queue_messages{job="$job"})' },
    }),
    series({
      title: 'Longest wait at the broker',
      description:
        'No message of a queue has waited for longer. A bound: docs/operations/broker.md says what it can not know.',
      unit: 's',
      queries: { '{{lane}}': 'min by (lane) (queue_oldest_waiting_seconds{job="$job"})' },
    }),
    series({
      title: 'Confirmed by the broker',
      description: 'Messages per second that it has confirmed or refused, by host.',
      unit: 'ops',
      queries: { '{{instance}}': 'sum by (instance) (rate(message_confirms_total{job="$job"}[$__rate_interval]))' },
    }),
    series({
      title: 'Time to a confirm',
      description: 'Mean time until the broker has a message on disk: it grows with its disk and its memory alarm.',
      unit: 's',
      queries: {
        '{{instance}}':
          'sum by (instance) (rate(message_confirm_seconds_total{job="$job"}[$__rate_interval])) / sum by (instance) (rate(message_confirms_total{job="$job"}[$__rate_interval]))',
      },
    }),
    series({
      title: 'Left to others',
      description:
        'Deliveries that a host could not serve, by what it lacked: more than a few in a rollout name a wrong host.',
      unit: 'ops',
      queries: {
        '{{context}}: {{lack}}':
          'sum by (context, lack) (rate(message_handed_back_total{job="$job"}[$__rate_interval]))',
      },
    }),
    series({
      title: 'Not believed',
      description:
        'Messages since the start of their hosts that were no envelope, came from nobody who is known, or were proved as by an older release.',
      unit: 'none',
      queries: {
        malformed: 'sum(message_malformed_total{job="$job"})',
        'unknown sender': 'sum(message_refused_senders{job="$job"})',
        'without proof': 'sum(message_unproved_total{job="$job"})',
        'shared secret': 'sum(message_shared_secret_total{job="$job"})',
      },
    }),
  ],
};
