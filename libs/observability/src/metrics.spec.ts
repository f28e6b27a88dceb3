import { describe, expect, it } from '@jest/globals';
import { Metrics } from './metrics.js';

const never = (error: unknown): never => {
  throw error;
};
const textOf = async (metrics: Metrics): Promise<string> => (await metrics.render()).body;

describe('requests', () => {
  it('are counted and timed by method, route and status', async () => {
    const metrics = new Metrics('shop');
    metrics.served({ method: 'GET', route: '/v1/orders/:id', status: 200 }, 0.02);
    metrics.served({ method: 'GET', route: '/v1/orders/:id', status: 200 }, 0.2);
    metrics.served({ method: 'GET', route: '/v1/orders/:id', status: 404 }, 0.002);
    const text = await textOf(metrics);
    expect(text).toContain('service_request_total{method="GET",route="/v1/orders/:id",status="200",service="shop"} 2');
    expect(text).toContain('service_request_total{method="GET",route="/v1/orders/:id",status="404",service="shop"} 1');
    expect(text).toContain(
      'service_latency_seconds_bucket{le="0.025",service="shop",method="GET",route="/v1/orders/:id",status="200"} 1',
    );
    expect(text).toContain(
      'service_latency_seconds_count{service="shop",method="GET",route="/v1/orders/:id",status="200"} 2',
    );
  });
});

describe('an observed value', () => {
  it('is read when it is asked for, and a series that is gone disappears', async () => {
    const metrics = new Metrics('shop');
    let readings = [
      { labels: { policy: 'a' }, value: 2 },
      { labels: { policy: 'b' }, value: 1 },
    ];
    metrics.observe({ name: 'circuit_breaker_state', help: 'x', labels: ['policy'] }, () => readings, never);
    expect(await textOf(metrics)).toContain('circuit_breaker_state{policy="b",service="shop"} 1');
    readings = [{ labels: { policy: 'a' }, value: 0 }];
    const text = await textOf(metrics);
    expect(text).toContain('circuit_breaker_state{policy="a",service="shop"} 0');
    expect(text).not.toContain('policy="b"');
  });

  it('that cannot be read is missing, is told of, and takes nothing with it', async () => {
    const metrics = new Metrics('shop');
    const told: unknown[] = [];
    metrics.observe(
      { name: 'journal_lag_events', help: 'x' },
      () => Promise.reject(new Error('down')),
      (error) => void told.push(error),
    );
    metrics.observe({ name: 'healthy', help: 'x' }, async () => [{ value: 7 }], never);
    const text = await textOf(metrics);
    expect(text).toContain('healthy{service="shop"} 7');
    expect(text).not.toMatch(/^journal_lag_events\{/m);
    expect(told).toEqual([new Error('down')]);
  });
});

it('a value that only grows is a counter', async () => {
  const metrics = new Metrics('shop');
  metrics.observe({ name: 'jobs_total', help: 'x', type: 'counter' }, () => [{ value: 7 }], never);
  expect(await textOf(metrics)).toContain('# TYPE jobs_total counter\njobs_total{service="shop"} 7');
  expect(await textOf(metrics)).toContain('jobs_total{service="shop"} 7');
});

it('a histogram that others count is shown with all that was below each bound', async () => {
  const metrics = new Metrics('shop');
  metrics.observeHistogram({ name: 'wait_seconds', help: 'x', labels: ['lane'], buckets: [0.1, 1] }, () => [
    { labels: { lane: 'a' }, counts: [2, 0, 1], sum: 4.25 },
  ]);
  expect(await textOf(metrics)).toContain(
    [
      '# TYPE wait_seconds histogram',
      'wait_seconds_bucket{le="0.1",lane="a",service="shop"} 2',
      'wait_seconds_bucket{le="1",lane="a",service="shop"} 2',
      'wait_seconds_bucket{le="+Inf",lane="a",service="shop"} 3',
      'wait_seconds_sum{lane="a",service="shop"} 4.25',
      'wait_seconds_count{lane="a",service="shop"} 3',
    ].join('\n'),
  );
});

it('belongs to its host: two in one process do not meet', async () => {
  const [one, other] = [new Metrics('one'), new Metrics('other')];
  one.served({ method: 'GET', route: '/', status: 200 }, 0);
  expect(await textOf(other)).not.toContain('service_request_total{');
  expect(await textOf(one)).toContain('process_cpu_seconds_total{service="one"}');
});
