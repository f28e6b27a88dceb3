import { expect, it } from '@jest/globals';
import { askedMetrics, toldMetrics } from './asked-metrics.js';

it.each([
  ['max by (job, saga) (saga_needs_attention) > 0', [{ metric: 'saga_needs_attention', labels: ['saga'] }]],
  [
    'max by (job) (min_over_time(circuit_breaker_state{policy!~"a_b|c{d}"}[2m])) > 0',
    [{ metric: 'circuit_breaker_state', labels: ['policy'] }],
  ],
  [
    'sum(rate(a_total{status=~"5..",route!="x_y"}[5m])) / sum(rate(a_total[5m]))',
    [
      { metric: 'a_total', labels: ['status', 'route'] },
      { metric: 'a_total', labels: [] },
    ],
  ],
  ['job:failures:ratio_rate5m > 14.4 * 0.001', [{ metric: 'job:failures:ratio_rate5m', labels: [] }]],
  ['absent(hosts_seen)', [{ metric: 'hosts_seen', labels: [] }]],
])('%s reads its metrics by their labels', (expression, asked) => {
  expect(askedMetrics(expression)).toEqual(asked);
});

it('what a host tells has the labels of its series, where there are any', () => {
  const told = toldMetrics('# TYPE a_total counter\na_total{x="1",service="s"} 4\n# TYPE b_seconds gauge\n');
  expect([...told]).toEqual([
    ['a_total', new Set(['x', 'service'])],
    ['b_seconds', undefined],
  ]);
});
