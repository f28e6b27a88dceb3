import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StockLow } from '../../inventory/inventory.contract.js';
import { ListNotifications } from '../notifications.contract.js';
import { openNotifications, type NotificationsUnderTest } from '../testing/open-notifications.js';
import { RecordingChannel } from '../testing/recording-channel.js';

const channel = new RecordingChannel();
let notifications: NotificationsUnderTest;
beforeAll(async () => void (notifications = await openNotifications(channel)));
afterAll(() => notifications.close());

describe('low stock', () => {
  it('is an alert for every admin and for nobody else, once per event', async () => {
    const [event, id] = [new StockLow({ sku: 'MUG-001', available: 4 }), randomUUID()];
    await notifications.deliver('stock-alerts', event, id);
    await notifications.deliver('stock-alerts', event, id);
    const seenBy = (...roles: string[]) =>
      notifications.ask(new ListNotifications({ limit: 10 }), { service: 'gateway', user: randomUUID(), roles });
    for (const admin of [await seenBy('admin'), await seenBy('customer', 'admin')]) {
      expect(admin.items).toEqual([
        expect.objectContaining({ kind: 'stock-low', text: 'MUG-001 is running low: 4 left.' }),
      ]);
      expect(admin.items[0]).not.toHaveProperty('orderId');
    }
    expect((await seenBy('customer', 'support')).items).toEqual([]);
    expect(channel.sent).toEqual([]);
  });
});
