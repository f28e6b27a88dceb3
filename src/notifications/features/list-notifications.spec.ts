import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UnauthenticatedError } from '@isolith/contracts';
import { OrderCancelled, OrderReturned } from '../../orders/orders.contract.js';
import { InvalidCursor, ListNotifications, type Notification } from '../notifications.contract.js';
import { openNotifications, type NotificationsUnderTest } from '../testing/open-notifications.js';
import { RecordingChannel } from '../testing/recording-channel.js';

let notifications: NotificationsUnderTest;
const [ada, bob] = [randomUUID(), randomUUID()];
const orders = Array.from({ length: 5 }, () => randomUUID());
const at = new Date().toISOString();

beforeAll(async () => {
  notifications = await openNotifications(new RecordingChannel());
  for (const orderId of orders)
    await notifications.deliver('order-mails', new OrderCancelled({ orderId, customerId: ada, at }), randomUUID());
  await notifications.deliver(
    'order-mails',
    new OrderReturned({ orderId: randomUUID(), customerId: bob, at }),
    randomUUID(),
  );
});
afterAll(() => notifications.close());

const list = (user: string, limit: number, cursor?: string) =>
  notifications.ask(new ListNotifications({ limit, ...(cursor === undefined ? {} : { cursor }) }), {
    service: 'gateway',
    user,
    roles: ['customer'],
  });

describe('the list of notifications', () => {
  it('is the own one, newest first', async () => {
    const { items, nextCursor } = await list(ada, 100);
    expect(items.map(({ orderId }) => orderId)).toEqual(orders.toReversed());
    expect(nextCursor).toBeUndefined();
    expect((await list(bob, 100)).items.map(({ kind }) => kind)).toEqual(['order-returned']);
    expect((await list(randomUUID(), 100)).items).toEqual([]);
  });

  it.each([1, 2, 5])('comes in pages of %i', async (limit) => {
    const seen: Notification[] = [];
    let cursor: string | undefined;
    do {
      const page = await list(ada, limit, cursor);
      expect(page.items.length).toBeGreaterThan(0);
      expect(page.items.length).toBeLessThanOrEqual(limit);
      seen.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen.map(({ orderId }) => orderId)).toEqual(orders.toReversed());
  });

  it.each(['', '!', 'AAAA', Buffer.from('1'.repeat(19)).toString('base64url')])(
    'refuses the cursor "%s"',
    async (cursor) => {
      await expect(list(ada, 1, cursor)).rejects.toBeInstanceOf(InvalidCursor);
    },
  );

  it('is for signed-in users', async () => {
    await expect(
      notifications.ask(new ListNotifications({ limit: 1 }), { service: 'gateway', roles: [] }),
    ).rejects.toBeInstanceOf(UnauthenticatedError);
  });
});
