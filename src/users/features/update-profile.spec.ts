import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UnauthenticatedError } from '@isolith/contracts';
import {
  EmailTaken,
  GetUser,
  InvalidCredentials,
  OpenSession,
  UpdateProfile,
  UserNotFound,
} from '../users.contract.js';
import { nobody, openUsers, PASSWORD, user, type UsersUnderTest } from '../testing/open-users.js';

let users: UsersUnderTest;
beforeAll(async () => void (users = await openUsers()));
afterAll(() => users.close());

describe('changing the own profile', () => {
  it('changes what is given and nothing else', async () => {
    const userId = await users.register('ada@example.com');
    await users.send(user(userId), new UpdateProfile({ name: 'Ada L.' }));
    expect(await users.ask(user(userId), new GetUser({ userId }))).toMatchObject({
      name: 'Ada L.',
      email: 'ada@example.com',
    });
    await users.send(user(userId), new UpdateProfile({ email: 'Lovelace@Example.com' }));
    expect(await users.ask(user(userId), new GetUser({ userId }))).toMatchObject({
      name: 'Ada L.',
      email: 'lovelace@example.com',
    });
    await users.send(nobody, new OpenSession({ email: 'lovelace@example.com', password: PASSWORD }));
  });

  it('to an address that is taken is refused and changes nothing', async () => {
    const userId = await users.register('bob@example.com');
    await users.register('taken@example.com');
    await expect(
      users.send(user(userId), new UpdateProfile({ name: 'B', email: 'TAKEN@example.com' })),
    ).rejects.toBeInstanceOf(EmailTaken);
    expect(await users.ask(user(userId), new GetUser({ userId }))).toMatchObject({
      name: 'Ada',
      email: 'bob@example.com',
    });
  });

  it('to one address many at once succeeds once', async () => {
    const ids = await Promise.all([1, 2, 3, 4].map((n) => users.register(`racer${n}@example.com`)));
    const outcomes = await Promise.allSettled(
      ids.map((id) => users.send(user(id), new UpdateProfile({ email: 'winner@example.com' }))),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(EmailTaken);
  });

  it('with a new password ends all sessions and the old password', async () => {
    const userId = await users.register('carol@example.com');
    await users.send(nobody, new OpenSession({ email: 'carol@example.com', password: PASSWORD }));
    await users.send(user(userId), new UpdateProfile({ password: 'another password' }));
    expect(await users.sessionsOf(userId)).toBe(0);
    await expect(
      users.send(nobody, new OpenSession({ email: 'carol@example.com', password: PASSWORD })),
    ).rejects.toBeInstanceOf(InvalidCredentials);
    await users.send(nobody, new OpenSession({ email: 'carol@example.com', password: 'another password' }));
  });

  it('needs a signed-in user that has an account', async () => {
    await expect(users.send(nobody, new UpdateProfile({ name: 'X' }))).rejects.toBeInstanceOf(UnauthenticatedError);
    await expect(
      users.send(user('b5f6a7a0-6c31-4a3e-9f0c-3f2f9a2d7b11'), new UpdateProfile({ name: 'X' })),
    ).rejects.toBeInstanceOf(UserNotFound);
  });
});
