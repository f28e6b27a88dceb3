import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ForbiddenError } from '@isolith/contracts';
import {
  CancelShipment,
  CreateShipment,
  GetShipment,
  ShipmentCancelled,
  ShipmentNotFound,
} from '../shipments.contract.js';
import { STARTS_WITHIN_MS, address, lines, openShipments, type ShipmentsUnderTest } from '../testing/open-shipments.js';

let shipments: ShipmentsUnderTest;
beforeAll(async () => void (shipments = await openShipments()), STARTS_WITHIN_MS);
afterAll(() => shipments.close());

describe('creating a shipment', () => {
  it('makes one per order, however often it is asked for', async () => {
    const orderId = randomUUID();
    const made = await Promise.all([1, 2, 3].map(() => shipments.create(orderId)));
    expect(new Set(made.map(({ shipmentId }) => shipmentId)).size).toBe(1);
    expect(await shipments.askAsUser(new GetShipment({ orderId }))).toEqual({
      orderId,
      ...made[0],
      status: 'created',
      lines,
      address,
      createdAt: expect.any(String),
    });
  });

  it('gives each order a tracking number of its own', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => shipments.create(randomUUID())));
    expect(new Set(made.map(({ trackingNumber }) => trackingNumber)).size).toBe(20);
  });

  it('is refused after a cancellation, also one that came first', async () => {
    const orderId = randomUUID();
    await shipments.send(new CancelShipment({ orderId }));
    await expect(shipments.create(orderId)).rejects.toThrow(ShipmentCancelled);
    await expect(shipments.askAsUser(new GetShipment({ orderId }))).rejects.toThrow(ShipmentNotFound);
  });

  it('is not for users', async () => {
    await expect(
      shipments.sendAsUser(new CreateShipment({ orderId: randomUUID(), lines, address }), ['admin']),
    ).rejects.toThrow(ForbiddenError);
  });
});
