import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ForbiddenError } from '@isolith/contracts';
import { ChangeRoles, OpenSession, UserNotFound } from '../users.contract.js';
import { context, nobody, openUsers, PASSWORD, user, type UsersUnderTest } from '../testing/open-users.js';

let users: UsersUnderTest;
beforeAll(async () => void (users = await openUsers()));
afterAll(() => users.close());

const admin = user('b5f6a7a0-6c31-4a3e-9f0c-3f2f9a2d7b11', 'admin');

describe('changing roles', () => {
  it('by an admin holds from the next session on, each role once', async () => {
    const userId = await users.register('ada@example.com');
    await users.send(admin, new ChangeRoles({ userId, roles: ['support', 'customer', 'support'] }));
    const { roles } = await users.send(nobody, new OpenSession({ email: 'ada@example.com', password: PASSWORD }));
    expect(roles).toEqual(['support', 'customer']);
  });

  it('is for admins only', async () => {
    const userId = await users.register('bob@example.com');
    for (const principal of [user(userId, 'customer', 'support'), context('orders')]) {
      await expect(users.send(principal, new ChangeRoles({ userId, roles: ['admin'] }))).rejects.toMatchObject({
        code: expect.stringMatching(/forbidden|unauthenticated/),
      });
    }
    await expect(
      users.send(user(userId, 'support'), new ChangeRoles({ userId, roles: ['admin'] })),
    ).rejects.toBeInstanceOf(ForbiddenError);
  });

  it('of an unknown user is refused', async () => {
    await expect(
      users.send(admin, new ChangeRoles({ userId: 'b5f6a7a0-6c31-4a3e-9f0c-3f2f9a2d7b12', roles: ['customer'] })),
    ).rejects.toBeInstanceOf(UserNotFound);
  });
});
