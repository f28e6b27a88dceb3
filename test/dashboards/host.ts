import type { DashboardSpec } from './dashboard.js';
import { series, stat } from './panels.js';

const HERE = 'job="$job",instance="$instance"';

export const host: DashboardSpec = {
  name: 'host',
  title: 'one host',
  description: 'Is this process healthy, and what holds it back?',
  ofOneHost: true,
  panels: [
    stat({
      title: 'Runs',
      description: 'The build and the versions of Isolith and Node.js.',
      unit: 'none',
      queries: { '{{version}}, Isolith {{isolith}}, Node.js {{node}}': `build_info{${HERE}}` },
    }),
    stat({
      title: 'Up for',
      description: 'Since the start of its process: counters began anew then.',
      unit: 's',
      queries: { up: `time() - process_start_time_seconds{${HERE}}` },
    }),
    stat({
      title: 'Stands still',
      description: 'Longest of what it should do and does not. Nothing: all is well.',
      unit: 's',
      queries: { longest: `max(host_impaired_seconds{${HERE}}) or vector(0)` },
      redFrom: 1,
    }),
    stat({
      title: 'Keys of a change',
      description: 'Keys that are there only while keys are changed: docs/runbooks/key-change-open.md.',
      unit: 'none',
      queries: { keys: `sum(key_change_open{${HERE}})` },
    }),
    series({
      title: 'Processor',
      description: 'Cores that the process uses. One thread runs handlers: near 1 it can do no more.',
      unit: 'short',
      queries: { cores: `rate(process_cpu_seconds_total{${HERE}}[$__rate_interval])` },
    }),
    series({
      title: 'Event loop',
      description: 'Share of the time in which it had work, and how late 99 % of its timers were at most.',
      unit: 'short',
      queries: {
        busy: `event_loop_utilization{${HERE}}`,
        'late by (s)': `nodejs_eventloop_lag_p99_seconds{${HERE}}`,
      },
      redFrom: 1,
    }),
    series({
      title: 'Memory',
      description: 'Resident, and of the heap what is in use.',
      unit: 'bytes',
      queries: {
        resident: `process_resident_memory_bytes{${HERE}}`,
        heap: `nodejs_heap_size_used_bytes{${HERE}}`,
      },
    }),
    series({
      title: 'Garbage collection',
      description: 'Share of the time that it takes, by kind.',
      unit: 'percentunit',
      queries: { '{{kind}}': `rate(nodejs_gc_duration_seconds_sum{${HERE}}[$__rate_interval])` },
    }),
    series({
      title: 'Connections to databases',
      description: 'There are, and nobody has, by the contexts that share them.',
      unit: 'none',
      queries: {
        '{{contexts}}': `database_pool_connections{${HERE}}`,
        '{{contexts}} idle': `database_pool_idle{${HERE}}`,
      },
    }),
    series({
      title: 'Callers that wait for a connection',
      description: 'Above 0 for long, DATABASE_POOL is too small or statements are slow.',
      unit: 'none',
      queries: { '{{contexts}}': `database_pool_waiting{${HERE}}` },
    }),
    series({
      title: 'Wait for a connection',
      description: 'Mean of those who had to wait at all, and how many of them there are per second.',
      unit: 'short',
      queries: {
        '{{contexts}} wait (s)': `rate(database_pool_wait_seconds_total{${HERE}}[$__rate_interval]) / (rate(database_pool_waits_total{${HERE}}[$__rate_interval]) > 0)`,
        '{{contexts}} per second': `rate(database_pool_waits_total{${HERE}}[$__rate_interval])`,
      },
    }),
    series({
      title: 'What it should do and does not',
      description: 'For how long, by what it is: docs/operations/watchdog.md. Nothing is shown while all is well.',
      unit: 's',
      queries: { '{{kind}} {{name}}': `host_impaired_seconds{${HERE}}` },
    }),
    series({
      title: 'Hosts that it knows',
      description: 'By what they said of themselves last.',
      unit: 'none',
      queries: { '{{state}}': `hosts_seen{${HERE}}` },
    }),
    series({
      title: 'Messages taken',
      description: 'By its handlers, per second and lane.',
      unit: 'ops',
      queries: { '{{lane}}': `sum by (lane) (rate(message_taken_total{${HERE}}[$__rate_interval]))` },
    }),
  ],
};
