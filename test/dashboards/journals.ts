import type { DashboardSpec } from './dashboard.js';
import { series, stat } from './panels.js';

export const journals: DashboardSpec = {
  name: 'journals',
  title: 'journals and projections',
  description: 'Does what was recorded reach its subscriptions and projections?',
  panels: [
    stat({
      title: 'Parked messages',
      description: 'They wait for a person: docs/runbooks/messages-parked.md.',
      unit: 'none',
      queries: { messages: 'sum(max by (context, subscription) (parked_messages{job="$job"})) or vector(0)' },
      redFrom: 1,
    }),
    stat({
      title: 'Parked keys',
      description: 'Keys whose later events wait behind them.',
      unit: 'none',
      queries: { keys: 'sum(max by (context, subscription) (parked_sequences{job="$job"})) or vector(0)' },
      redFrom: 1,
    }),
    stat({
      title: 'Oldest open transaction',
      description: 'It holds back all readers of the journals in its database: docs/runbooks/horizon-held.md.',
      unit: 's',
      queries: { '{{contexts}}': 'max by (contexts) (journal_horizon_age_seconds{job="$job"}) or vector(0)' },
      redFrom: 60,
    }),
    stat({
      title: 'Oldest view',
      description: 'Age of the first event that a live projection has not looked at: docs/runbooks/projection-lag.md.',
      unit: 's',
      queries: { oldest: 'max(projection_lag_seconds{job="$job",status="live"})' },
      redFrom: 60,
    }),
    series({
      title: 'Subscriptions: positions behind',
      description: 'What a subscription has not been served yet, in positions of a journal.',
      unit: 'none',
      queries: {
        '{{producer}} > {{subscription}}': 'max by (producer, subscription) (journal_lag_events{job="$job"})',
      },
    }),
    series({
      title: 'Subscriptions: longest wait',
      description: 'For how long the host that serves a subscription has had an event that was not handed over.',
      unit: 's',
      queries: {
        '{{producer}} > {{subscription}}':
          'max by (producer, subscription) (journal_oldest_waiting_seconds{job="$job"})',
      },
    }),
    series({
      title: 'Events handled',
      description: 'Runs of handlers for events per second, by subscription. Each attempt counts.',
      unit: 'ops',
      queries: {
        '{{to}}.{{lane}}':
          'sum by (to, lane) (rate(message_handled_total{job="$job",lane!~"requests|queries|unit"}[$__rate_interval]))',
      },
    }),
    series({
      title: 'Parked by subscription',
      description: 'Messages that wait for a person, where there are any.',
      unit: 'none',
      queries: { '{{context}}.{{subscription}}': 'max by (context, subscription) (parked_messages{job="$job"})' },
    }),
    series({
      title: 'Projections: positions behind',
      description: 'What a projection has not looked at, also one that is being built anew.',
      unit: 'none',
      queries: { '{{projection}} {{status}}': 'max by (projection, status) (projection_lag_events{job="$job"})' },
    }),
    series({
      title: 'Projections: age',
      description: 'How old that is which a projection does not show.',
      unit: 's',
      queries: { '{{projection}} {{status}}': 'max by (projection, status) (projection_lag_seconds{job="$job"})' },
    }),
  ],
};
