import { expect, it } from '@jest/globals';
import { Metrics } from '@isolith/observability';
import { MessageMetrics } from './message-metrics.js';

const never = (error: unknown): never => {
  throw error;
};

function metered() {
  const metrics = new Metrics('shop');
  const meter = new MessageMetrics(metrics, new Set(['gateway', 'stock', 'orders']), never);
  const lines = async (name: string): Promise<readonly string[]> =>
    (await metrics.render()).body
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`))
      .map((line) => line.replace(',service="shop"', ''));
  return { meter, lines };
}

const take = { from: 'orders', to: 'stock', message: 'stock.take', lane: 'requests' };

it('counts messages by how they ended, and how long that took', async () => {
  const { meter, lines } = metered();
  meter.handled(take, 'success', 0.002);
  meter.handled(take, 'success', 0.3);
  meter.handled(take, 'stock.sold-out', 20);
  const labels = 'from="orders",to="stock",message="stock.take",lane="requests"';
  expect(await lines('message_handled_total')).toEqual([
    `message_handled_total{${labels},outcome="success"} 2`,
    `message_handled_total{${labels},outcome="stock.sold-out"} 1`,
  ]);
  expect(await lines('message_seconds_count')).toEqual([`message_seconds_count{${labels}} 3`]);
  expect((await lines('message_seconds_bucket')).map((line) => line.split(' ').at(-1))).toEqual(
    // Up to 1 ms, 5 ms, 25 ms, 100 ms, 500 ms, 2.5 s, 10 s, and all.
    ['0', '1', '1', '1', '2', '2', '2', '3'],
  );
});

it('counts what nobody answered apart: its handler may have counted it, too', async () => {
  const { meter, lines } = metered();
  meter.unanswered(take, 'outcome-unknown');
  expect(await lines('message_unanswered_total')).toEqual([
    'message_unanswered_total{from="orders",to="stock",message="stock.take",lane="requests",outcome="outcome-unknown"} 1',
  ]);
  expect(await lines('message_handled_total')).toEqual([]);
});

it('keeps no more series than there are contracts, whatever others call themselves and their messages', async () => {
  const { meter, lines } = metered();
  for (let stranger = 0; stranger < 1_000; stranger += 1)
    meter.handled({ ...take, from: `stranger-${stranger}`, message: undefined }, 'unknown-message', 0);
  expect(await lines('message_handled_total')).toEqual([
    'message_handled_total{from="other",to="stock",message="unknown",lane="requests",outcome="unknown-message"} 1000',
  ]);
  for (let code = 0; code < 1_000; code += 1) meter.handled(take, `code-${code}`, 0);
  const series = await lines('message_handled_total');
  expect(series.length).toBeLessThan(105);
  expect(series.at(-1)).toMatch(/outcome="other"} \d{3}$/);
});

it('adds up between whom messages went, without what operators ask', () => {
  const { meter } = metered();
  meter.handled(take, 'success', 0.002);
  meter.handled({ ...take, message: 'stock.return', lane: 'unit' }, 'stock.sold-out', 20);
  meter.handled({ ...take, message: 'stock.look', lane: 'queries' }, 'handed-back', 0.002);
  meter.handled({ ...take, message: 'stock.actuator-list-sagas', lane: 'queries' }, 'success', 0.002);
  meter.handled({ ...take, message: 'orders.placed', lane: 'order-watch' }, 'success', 0.002);
  const between = { from: 'orders', to: 'stock' };
  expect(meter.edges()).toEqual([
    { ...between, lane: 'command', failed: 1, counts: [0, 1, 0, 0, 0, 0, 0, 1] },
    { ...between, lane: 'query', failed: 0, counts: [0, 1, 0, 0, 0, 0, 0, 0] },
    { ...between, lane: 'event', failed: 0, counts: [0, 1, 0, 0, 0, 0, 0, 0] },
  ]);
});
