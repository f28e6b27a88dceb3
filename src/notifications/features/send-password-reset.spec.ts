import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { nobody, service, user } from '@isolith/testing';
import { z } from 'zod';
import { SendPasswordReset } from '../notifications.contract.js';
import { openNotifications, type NotificationsUnderTest } from '../testing/open-notifications.js';
import { RecordingChannel } from '../testing/recording-channel.js';

const channel = new RecordingChannel();
const userId = '5b0d2f0c-6f4f-4f3c-9a53-1d6c2b1f7a01';
const reset = () => new SendPasswordReset({ userId, token: 'the-one-time-token', minutes: 30 });

let notifications: NotificationsUnderTest;
beforeAll(async () => void (notifications = await openNotifications(channel)));
afterAll(() => notifications.close());
beforeEach(() => void channel.sent.splice(0));

describe('the token for a new password', () => {
  it('goes to its user by the channel, and is kept nowhere', async () => {
    channel.needsContact = true;
    await notifications.send(reset(), service('users'));
    expect(channel.sent).toEqual([
      {
        key: expect.any(String),
        message: {
          userId,
          kind: 'password-reset',
          text: expect.stringMatching(/within 30 minutes:$/),
          secret: 'the-one-time-token',
          contact: { email: 'ada@example.com', name: 'Ada' },
        },
      },
    ]);
    const kept = await notifications.read(z.unknown(), 'SELECT digest, outcome FROM notifications.inbox');
    expect(JSON.stringify([kept, await notifications.rows()])).not.toContain('one-time');
  });

  it('is sent for the owner of accounts only', async () => {
    for (const sender of [nobody, user(userId, 'admin'), service('orders')])
      await expect(notifications.send(reset(), sender)).rejects.toThrow();
    expect(channel.sent).toEqual([]);
  });
});
