import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UnauthenticatedError } from '@isolith/contracts';
import { GetUser, UserNotFound } from '../users.contract.js';
import { context, nobody, openUsers, user, type UsersUnderTest } from '../testing/open-users.js';

let users: UsersUnderTest;
beforeAll(async () => void (users = await openUsers()));
afterAll(() => users.close());

describe('an account', () => {
  it('is seen by its user, admins and whoever writes to people', async () => {
    const userId = await users.register('ada@example.com');
    for (const principal of [
      user(userId, 'customer'),
      user(await users.register('root@example.com'), 'admin'),
      context('notifications'),
    ]) {
      expect(await users.ask(principal, new GetUser({ userId }))).toEqual({
        id: userId,
        email: 'ada@example.com',
        name: 'Ada',
        roles: ['customer'],
        createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      });
    }
  });

  it('of somebody else does not exist for a user, and nothing does for nobody', async () => {
    const userId = await users.register('bob@example.com');
    const other = await users.register('eve@example.com');
    await expect(users.ask(user(other, 'customer', 'support'), new GetUser({ userId }))).rejects.toBeInstanceOf(
      UserNotFound,
    );
    await expect(users.ask(nobody, new GetUser({ userId }))).rejects.toBeInstanceOf(UnauthenticatedError);
    await expect(users.ask(context('orders'), new GetUser({ userId }))).rejects.toThrow();
  });
});
