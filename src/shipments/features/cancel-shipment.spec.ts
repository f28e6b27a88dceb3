import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CancelShipment,
  DeliverShipment,
  DispatchShipment,
  GetShipment,
  ShipmentAlreadyDispatched,
  ShipmentCancelled,
} from '../shipments.contract.js';
import { STARTS_WITHIN_MS, openShipments, type ShipmentsUnderTest } from '../testing/open-shipments.js';

let shipments: ShipmentsUnderTest;
beforeAll(async () => void (shipments = await openShipments()), STARTS_WITHIN_MS);
afterAll(() => shipments.close());

async function created(): Promise<string> {
  const orderId = randomUUID();
  await shipments.create(orderId);
  return orderId;
}
const cancel = (orderId: string): Promise<void> => shipments.send(new CancelShipment({ orderId }));
const dispatch = (orderId: string): Promise<void> => shipments.sendAsUser(new DispatchShipment({ orderId }));

describe('cancelling a shipment', () => {
  it('holds the goods back, forgets the address, and may be repeated', async () => {
    const orderId = await created();
    await cancel(orderId);
    await cancel(orderId);
    const shipment = await shipments.askAsUser(new GetShipment({ orderId }));
    expect(shipment).toMatchObject({ status: 'cancelled', cancelledAt: expect.any(String) });
    expect(shipment).not.toHaveProperty('address');
    await expect(dispatch(orderId)).rejects.toThrow(ShipmentCancelled);
    await expect(shipments.sendAsUser(new DeliverShipment({ orderId }))).rejects.toThrow(ShipmentCancelled);
    expect(await shipments.recorded(orderId)).toEqual([]);
  });

  it('comes too late once the goods have left', async () => {
    const orderId = await created();
    await dispatch(orderId);
    await expect(cancel(orderId)).rejects.toThrow(ShipmentAlreadyDispatched);
    await shipments.sendAsUser(new DeliverShipment({ orderId }));
    await expect(cancel(orderId)).rejects.toThrow(ShipmentAlreadyDispatched);
  });

  it('that comes between a dispatch and its look at the order wins', async () => {
    const orderId = await created();
    shipments.orders.beforeAnswer = () => cancel(orderId);
    await expect(dispatch(orderId)).rejects.toThrow(ShipmentCancelled);
    shipments.orders.beforeAnswer = async () => undefined;
  });

  it('and dispatching at once: exactly one of the two happens', async () => {
    for (let round = 0; round < 20; round++) {
      const orderId = await created();
      const both =
        round % 2 === 0
          ? { cancelled: cancel(orderId), dispatched: dispatch(orderId) }
          : { dispatched: dispatch(orderId), cancelled: cancel(orderId) };
      const [cancelled, dispatched] = await Promise.allSettled([both.cancelled, both.dispatched]);
      const { status } = await shipments.askAsUser(new GetShipment({ orderId }));
      expect([cancelled.status, dispatched.status, status]).toEqual(
        status === 'cancelled' ? ['fulfilled', 'rejected', 'cancelled'] : ['rejected', 'fulfilled', 'dispatched'],
      );
      expect(await shipments.recorded(orderId)).toHaveLength(status === 'dispatched' ? 1 : 0);
    }
  });
});
