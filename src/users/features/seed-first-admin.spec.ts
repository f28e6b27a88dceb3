import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StartRefusedError } from '@isolith/isolith';
import { FIRST_ADMIN } from './seed-first-admin.js';
import { GetUser, InvalidCredentials, OpenSession } from '../users.contract.js';
import { context, nobody, openUsers, PASSWORD, type UsersUnderTest } from '../testing/open-users.js';

let users: UsersUnderTest;
beforeAll(async () => void (users = await openUsers()));
afterAll(() => users.close());

describe('the first admin', () => {
  it('is not made without credentials, and half of them are a violation', async () => {
    await users.firstAdmin({}).sow();
    await expect(users.ask(context('notifications'), new GetUser({ userId: FIRST_ADMIN }))).rejects.toThrow();
    expect(users.firstAdmin({}).verify()).toEqual([]);
    expect(users.firstAdmin({ ADMIN_EMAIL: 'a@example.com' }).verify()).toEqual([
      expect.stringContaining('ADMIN_PASSWORD'),
    ]);
    expect(users.firstAdmin({ ADMIN_PASSWORD: PASSWORD }).verify()).toEqual([expect.stringContaining('ADMIN_EMAIL')]);
  });

  it('does not begin with a password that anybody would try (fault 27)', async () => {
    for (const ADMIN_PASSWORD of ['password', '        ', 'admin123', 'adminadmin']) {
      const seed = users.firstAdmin({ ADMIN_EMAIL: 'a@example.com', ADMIN_PASSWORD });
      const refusal = await seed.sow().catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(StartRefusedError);
      expect(refusal).toMatchObject({ violations: [expect.stringMatching(/^ADMIN_PASSWORD: /)] });
    }
    expect(await users.admins()).toEqual([]);
  });

  it('is not made of an account that has the address', async () => {
    const userId = await users.register('customer@example.com');
    await users.firstAdmin({ ADMIN_EMAIL: 'Customer@example.com', ADMIN_PASSWORD: 'other password' }).sow();
    expect((await users.ask(context('notifications'), new GetUser({ userId }))).roles).toEqual(['customer']);
    await expect(
      users.send(nobody, new OpenSession({ email: 'customer@example.com', password: 'other password' })),
    ).rejects.toBeInstanceOf(InvalidCredentials);
    await users.firstAdmin({ ADMIN_EMAIL: 'customer@example.com', ADMIN_PASSWORD: 'password' }).sow();
  });

  it('is made once, also by two hosts at once, and never changed', async () => {
    const seed = users.firstAdmin({ ADMIN_EMAIL: 'Root@example.com', ADMIN_PASSWORD: PASSWORD });
    await Promise.all([seed.sow(), seed.sow()]);
    await users.firstAdmin({ ADMIN_EMAIL: 'new-root@example.com', ADMIN_PASSWORD: 'new password' }).sow();
    expect(await users.send(nobody, new OpenSession({ email: 'root@example.com', password: PASSWORD }))).toMatchObject({
      userId: FIRST_ADMIN,
      roles: ['admin'],
    });
    await expect(
      users.send(nobody, new OpenSession({ email: 'new-root@example.com', password: 'new password' })),
    ).rejects.toBeInstanceOf(InvalidCredentials);
    expect(await users.recorded(FIRST_ADMIN)).toHaveLength(1);
  });

  it('that is there keeps no host from starting, whatever the variable says by now (fault 27)', async () => {
    await users.firstAdmin({ ADMIN_EMAIL: 'root@example.com', ADMIN_PASSWORD: PASSWORD }).sow();
    const later = users.firstAdmin({ ADMIN_EMAIL: 'root@example.com', ADMIN_PASSWORD: 'password' });
    expect(later.verify()).toEqual([]);
    await later.sow();
    await users.send(nobody, new OpenSession({ email: 'root@example.com', password: PASSWORD }));
  });
});
