import { expect, it } from '@jest/globals';
import { Impairments } from '../transport/impairments.js';
import { logImpairments } from './impairment-lines.js';

it('the beginning and the end are a line each, with the reason and where to look, and with how long it lasted', () => {
  const lines: unknown[] = [];
  let now = 0;
  const impairments = new Impairments(logImpairments({ warn: (line: unknown) => lines.push(line) }), () => now);
  impairments.report('spec', [
    {
      kind: 'relay',
      name: 'orders.order-mails',
      reason: 'the database refuses writes',
      lookAt: '/actuator/projections',
      effect: 'degraded',
      seconds: 10,
    },
  ]);
  now = 2_340;
  impairments.report('spec', []);
  expect(lines).toEqual([
    {
      message: 'impaired: relay orders.order-mails: the database refuses writes',
      kind: 'relay',
      name: 'orders.order-mails',
      effect: 'degraded',
      seconds: 10,
      look_at: '/actuator/projections',
    },
    {
      message: 'no longer impaired: relay orders.order-mails',
      kind: 'relay',
      name: 'orders.order-mails',
      lasted_s: 12.3,
    },
  ]);
});
