import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ForbiddenError } from '@isolith/contracts';
import { ChangeRoles, LastAdmin, OpenSession, UserNotFound } from '../users.contract.js';
import { context, nobody, openUsers, PASSWORD, user, type UsersUnderTest } from '../testing/open-users.js';

let users: UsersUnderTest;
let admin: string;
beforeAll(async () => {
  users = await openUsers();
  admin = await users.registerAdmin('root@example.com');
});
afterAll(() => users.close());

const changed = (sender: string, userId: string, roles: ChangeRoles['roles']): Promise<void> =>
  users.send(user(sender, 'admin'), new ChangeRoles({ userId, roles }));

describe('changing roles', () => {
  it('by an admin holds from the next session on, each role once', async () => {
    const userId = await users.register('ada@example.com');
    await changed(admin, userId, ['support', 'customer', 'support']);
    const { roles } = await users.send(nobody, new OpenSession({ email: 'ada@example.com', password: PASSWORD }));
    expect(roles).toEqual(['support', 'customer']);
  });

  it('ends the sessions of the account, unless the roles are those it has (fault 19)', async () => {
    const userId = await users.register('carol@example.com');
    await users.signIn('carol@example.com');
    await changed(admin, userId, ['customer', 'customer']);
    expect(await users.sessionsOf(userId)).toBe(1);
    await changed(admin, userId, ['support']);
    expect(await users.sessionsOf(userId)).toBe(0);
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

  it('is for who is an admin now, whatever the token says (fault 19)', async () => {
    const former = await users.registerAdmin('former@example.com');
    await changed(admin, former, ['customer']);
    await expect(changed(former, former, ['admin'])).rejects.toBeInstanceOf(ForbiddenError);
    const never = await users.register('never@example.com');
    await expect(changed(never, never, ['admin'])).rejects.toBeInstanceOf(ForbiddenError);
  });

  it('takes the role of admin from anybody but the last one (fault 19)', async () => {
    await expect(changed(admin, admin, ['support'])).rejects.toBeInstanceOf(LastAdmin);
    await changed(admin, admin, ['admin', 'support']);
    const second = await users.registerAdmin('second@example.com');
    const outcomes = await Promise.allSettled([
      changed(admin, second, ['customer']),
      changed(second, admin, ['customer']),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(ForbiddenError);
    [admin = admin] = await users.admins();
  });

  it('of an unknown user is refused', async () => {
    await expect(changed(admin, 'b5f6a7a0-6c31-4a3e-9f0c-3f2f9a2d7b12', ['customer'])).rejects.toBeInstanceOf(
      UserNotFound,
    );
  });
});
