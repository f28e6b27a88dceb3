import { describe, expect, it } from '@jest/globals';
import { OutcomeUnknownError } from '@isolith/contracts';
import { sagaUnderTest } from '@isolith/saga/testing';
import { OutOfStock, ReleaseStock, ReserveStock } from '../../stock/stock.contract.js';
import { ConfirmOrder, OrderAlreadyCancelled, RejectOrder } from '../orders.contract.js';
import { OrderingSaga } from './ordering.saga.js';

const orderId = '0d3a1f0c-5b1e-4b9e-8a55-3f6f6c1d2e10';
const placed = { orderId, sku: 'mug', quantity: 2 };
const ordering = sagaUnderTest(new OrderingSaga().definition);
const commands = (sent: readonly { readonly command: object }[]) => sent.map(({ command }) => command);

describe('ordering', () => {
  it('reserves, then confirms', async () => {
    const { status, sent } = await ordering.run(placed);
    expect(status).toBe('completed');
    expect(commands(sent)).toStrictEqual([new ReserveStock(placed), new ConfirmOrder({ orderId })]);
  });

  it('that gets no goods is rejected, with the reason', async () => {
    const none = new OutOfStock({ sku: 'mug', available: 1 });
    const { status, sent } = await ordering.answering(ReserveStock, none).run(placed);
    expect(status).toBe('compensated');
    expect(commands(sent)).toStrictEqual([
      new ReserveStock(placed),
      new RejectOrder({ orderId, reason: '1 of mug are available' }),
    ]);
  });

  it('that was cancelled meanwhile releases what it has reserved', async () => {
    const late = new OrderAlreadyCancelled({ orderId });
    const { compensations, sent } = await ordering.answering(ConfirmOrder, late).run(placed);
    expect(commands(compensations)).toStrictEqual([new ReleaseStock({ orderId })]);
    // Should the reservation still be on its way, it finds its place taken.
    expect(compensations[0]?.revokes).toBe(sent[0]?.id);
  });

  it('asks again under the same id when an answer is lost, and reserves once', async () => {
    const lost = new OutcomeUnknownError('no answer');
    const { status, sent } = await ordering.answering(ReserveStock, lost, undefined).run(placed);
    expect(status).toBe('completed');
    expect(sent[0]).toEqual(sent[1]);
  });
});
