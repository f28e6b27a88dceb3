import { describe, expect, it } from '@jest/globals';
import { NoticeSink } from './notice-sink.js';

const USER = '00000001-0000-4000-8000-000000000001';
const KEY = '00000002-0000-4000-8000-000000000001';
const ORDER = '00000000-0000-4000-8000-000000000001';
const line = JSON.stringify({
  level: 'info',
  context: 'notifications',
  message: `Your order ${ORDER} is confirmed; its tracking number is TRK1.`,
  kind: 'order-confirmed',
  user: USER,
  key: KEY,
});

describe('the sink of what customers are told', () => {
  it('takes the lines of the log channel, repetitions included, and nothing else', () => {
    const sink = new NoticeSink();
    for (const text of [
      line,
      '{"contexts":["orders"],"port":1,"pid":1}',
      'plain text with "kind":"',
      '{"kind":"order-confirmed"}',
      line,
    ])
      sink.take(text);
    const notice = { kind: 'order-confirmed', userId: USER, key: KEY, orderId: ORDER };
    expect(sink.all()).toEqual([notice, notice]);
  });

  it('knows messages that are about no order', () => {
    const sink = new NoticeSink();
    sink.take(JSON.stringify({ message: 'C-1 is low', kind: 'stock-low', user: USER, key: KEY }));
    expect(sink.all()).toEqual([{ kind: 'stock-low', userId: USER, key: KEY }]);
  });
});
