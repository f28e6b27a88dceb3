import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FIRST_ADMIN } from './seed-first-admin.js';
import { GetUser, InvalidCredentials, OpenSession } from '../users.contract.js';
import { context, nobody, openUsers, PASSWORD, type UsersUnderTest } from '../testing/open-users.js';

let users: UsersUnderTest;
beforeAll(async () => void (users = await openUsers()));
afterAll(() => users.close());

describe('the first admin', () => {
  it('is not made without credentials, and half of them are a violation', async () => {
    await users.firstAdmin({ email: undefined, password: undefined }).start();
    await expect(users.ask(context('notifications'), new GetUser({ userId: FIRST_ADMIN }))).rejects.toThrow();
    expect(users.firstAdmin({ email: undefined, password: undefined }).verify()).toEqual([]);
    expect(users.firstAdmin({ email: 'a@example.com', password: undefined }).verify()).toEqual([
      expect.stringContaining('ADMIN_PASSWORD'),
    ]);
    expect(users.firstAdmin({ email: undefined, password: PASSWORD }).verify()).toEqual([
      expect.stringContaining('ADMIN_EMAIL'),
    ]);
  });

  it('is not made of an account that has the address', async () => {
    const userId = await users.register('customer@example.com');
    await users.firstAdmin({ email: 'Customer@example.com', password: 'other password' }).start();
    expect((await users.ask(context('notifications'), new GetUser({ userId }))).roles).toEqual(['customer']);
    await expect(
      users.send(nobody, new OpenSession({ email: 'customer@example.com', password: 'other password' })),
    ).rejects.toBeInstanceOf(InvalidCredentials);
  });

  it('is made once, also by two hosts at once, and never changed', async () => {
    const seed = users.firstAdmin({ email: 'Root@example.com', password: PASSWORD });
    await Promise.all([seed.start(), seed.start()]);
    await users.firstAdmin({ email: 'new-root@example.com', password: 'new password' }).start();
    expect(await users.send(nobody, new OpenSession({ email: 'root@example.com', password: PASSWORD }))).toMatchObject({
      userId: FIRST_ADMIN,
      roles: ['admin'],
    });
    await expect(
      users.send(nobody, new OpenSession({ email: 'new-root@example.com', password: 'new password' })),
    ).rejects.toBeInstanceOf(InvalidCredentials);
    expect(await users.recorded(FIRST_ADMIN)).toHaveLength(1);
  });
});
