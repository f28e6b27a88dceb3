import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ForbiddenError } from '@isolith/contracts';
import {
  CancelShipment,
  DeliverShipment,
  DispatchShipment,
  GetShipment,
  OrderNotConfirmed,
  ShipmentNotDispatched,
  ShipmentNotFound,
} from '../shipments.contract.js';
import { STARTS_WITHIN_MS, openShipments, type ShipmentsUnderTest } from '../testing/open-shipments.js';

let shipments: ShipmentsUnderTest;
beforeAll(async () => void (shipments = await openShipments()), STARTS_WITHIN_MS);
afterAll(() => shipments.close());

const dispatch = (orderId: string, roles?: string[]): Promise<void> =>
  shipments.sendAsUser(new DispatchShipment({ orderId }), roles);
const deliver = (orderId: string, roles?: string[]): Promise<void> =>
  shipments.sendAsUser(new DeliverShipment({ orderId }), roles);

describe('the way of a shipment', () => {
  it('goes from created to dispatched to delivered; repeating changes nothing', async () => {
    const orderId = randomUUID();
    const { shipmentId } = await shipments.create(orderId);
    await dispatch(orderId);
    await dispatch(orderId);
    expect(await shipments.askAsUser(new GetShipment({ orderId }))).toMatchObject({
      status: 'dispatched',
      dispatchedAt: expect.any(String),
    });
    await deliver(orderId);
    await deliver(orderId);
    await dispatch(orderId);
    expect(await shipments.askAsUser(new GetShipment({ orderId }))).toMatchObject({
      status: 'delivered',
      deliveredAt: expect.any(String),
    });
    expect(await shipments.recorded(orderId)).toEqual([
      { type: 'shipments.shipment-dispatched', data: { orderId, shipmentId } },
      { type: 'shipments.shipment-delivered', data: { orderId, shipmentId } },
    ]);
  });

  it.each(['pending', 'rejected', 'cancelled'] as const)('does not begin while the order is %s', async (status) => {
    const orderId = randomUUID();
    await shipments.create(orderId);
    shipments.orders.statuses.set(orderId, status);
    await expect(dispatch(orderId)).rejects.toThrow(OrderNotConfirmed);
    expect(await shipments.askAsUser(new GetShipment({ orderId }))).toMatchObject({ status: 'created' });
  });

  it('does not end before it has begun', async () => {
    const orderId = randomUUID();
    await shipments.create(orderId);
    await expect(deliver(orderId)).rejects.toThrow(ShipmentNotDispatched);
  });

  it('needs a shipment', async () => {
    const orderId = randomUUID();
    await expect(dispatch(orderId)).rejects.toThrow(ShipmentNotFound);
    await expect(deliver(orderId)).rejects.toThrow(ShipmentNotFound);
    await shipments.send(new CancelShipment({ orderId }));
    await expect(dispatch(orderId)).rejects.toThrow(ShipmentNotFound);
    await expect(deliver(orderId)).rejects.toThrow(ShipmentNotFound);
  });

  it('is the business of support and admins', async () => {
    const orderId = randomUUID();
    await shipments.create(orderId);
    for (const call of [dispatch, deliver]) await expect(call(orderId, ['customer'])).rejects.toThrow(ForbiddenError);
    await expect(shipments.askAsUser(new GetShipment({ orderId }), ['customer'])).rejects.toThrow(ForbiddenError);
    await dispatch(orderId, ['admin']);
    await deliver(orderId, ['admin']);
  });
});
