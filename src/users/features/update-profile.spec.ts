import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UnauthenticatedError } from '@isolith/contracts';
import {
  EmailTaken,
  GetUser,
  InvalidCredentials,
  CloseSession,
  OpenSession,
  SessionEnded,
  TooManyAttempts,
  UpdateProfile,
  UserNotFound,
  WeakPassword,
  WrongCurrentPassword,
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
    const sessionId = await users.signIn('ada@example.com');
    await users.send(
      user(userId),
      new UpdateProfile({ email: 'Lovelace@Example.com', currentPassword: PASSWORD, sessionId }),
    );
    expect(await users.ask(user(userId), new GetUser({ userId }))).toMatchObject({
      name: 'Ada L.',
      email: 'lovelace@example.com',
    });
    await users.send(nobody, new OpenSession({ email: 'lovelace@example.com', password: PASSWORD }));
  });

  it('to an address that is taken is refused and changes nothing', async () => {
    const userId = await users.register('bob@example.com');
    await users.register('taken@example.com');
    const proof = { currentPassword: PASSWORD, sessionId: await users.signIn('bob@example.com') };
    await expect(
      users.send(user(userId), new UpdateProfile({ name: 'B', email: 'TAKEN@example.com', ...proof })),
    ).rejects.toBeInstanceOf(EmailTaken);
    expect(await users.ask(user(userId), new GetUser({ userId }))).toMatchObject({
      name: 'Ada',
      email: 'bob@example.com',
    });
  });

  it('to one address many at once succeeds once', async () => {
    const racers = await Promise.all(
      [1, 2, 3, 4].map(async (n) => ({
        id: await users.register(`racer${n}@example.com`),
        sessionId: await users.signIn(`racer${n}@example.com`),
      })),
    );
    const email = 'winner@example.com';
    const outcomes = await Promise.allSettled(
      racers.map(({ id, sessionId }) =>
        users.send(user(id), new UpdateProfile({ email, currentPassword: PASSWORD, sessionId })),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(EmailTaken);
  });

  it('with a new password ends all sessions and the old password', async () => {
    const userId = await users.register('carol@example.com');
    const sessionId = await users.signIn('carol@example.com');
    await users.send(
      user(userId),
      new UpdateProfile({ password: 'another password', currentPassword: PASSWORD, sessionId }),
    );
    expect(await users.sessionsOf(userId)).toBe(0);
    await expect(
      users.send(nobody, new OpenSession({ email: 'carol@example.com', password: PASSWORD })),
    ).rejects.toBeInstanceOf(InvalidCredentials);
    await users.send(nobody, new OpenSession({ email: 'carol@example.com', password: 'another password' }));
  });

  it.each([{ password: 'another password' }, { email: 'thief@example.com' }])(
    'that is a credential asks for the current password and a live session of the user: %j (fault 18)',
    async (change) => {
      const email = `owner-${Object.keys(change).join()}@example.com`;
      const userId = await users.register(email);
      const other = await users.register(`other-${Object.keys(change).join()}@example.com`);
      const [sessionId, ended] = [await users.signIn(email), await users.signIn(email)];
      await users.send(user(userId), new CloseSession({ sessionId: ended }));
      const update = (who: string, proof: { currentPassword?: string; sessionId?: string }) =>
        users.send(user(who), new UpdateProfile({ ...change, ...proof }));
      const currentPassword = PASSWORD;
      await expect(update(userId, { sessionId })).rejects.toBeInstanceOf(WrongCurrentPassword);
      await expect(update(userId, { sessionId, currentPassword: 'a guess' })).rejects.toBeInstanceOf(
        WrongCurrentPassword,
      );
      await expect(update(userId, { currentPassword })).rejects.toBeInstanceOf(SessionEnded);
      await expect(update(userId, { currentPassword, sessionId: ended })).rejects.toBeInstanceOf(SessionEnded);
      await expect(update(other, { currentPassword, sessionId })).rejects.toBeInstanceOf(SessionEnded);
      await users.signIn(email);
      await update(userId, { currentPassword, sessionId });
    },
  );

  it('to a password that anybody would try, or to the own name, is refused (fault 27)', async () => {
    const userId = await users.register('weak.choice@example.com');
    const proof = { currentPassword: PASSWORD, sessionId: await users.signIn('weak.choice@example.com') };
    for (const change of [
      { password: 'password' },
      { password: 'weakchoice1' },
      { password: 'Ada Lovelace', name: 'Ada Lovelace' },
    ])
      await expect(users.send(user(userId), new UpdateProfile({ ...change, ...proof }))).rejects.toBeInstanceOf(
        WeakPassword,
      );
  });

  it('lets nobody guess the current password with a stolen token (fault 22)', async () => {
    const userId = await users.register('guessed@example.com');
    const [stolen, own] = [await users.signIn('guessed@example.com'), await users.signIn('guessed@example.com')];
    const update = (sessionId: string, currentPassword: string) =>
      users.send(user(userId), new UpdateProfile({ password: 'another password', currentPassword, sessionId }));
    const guesses = await Promise.allSettled(Array.from({ length: 15 }, (_, n) => update(stolen, `guess ${n}`)));
    const waiting = guesses.filter((guess) => guess.status === 'rejected' && guess.reason instanceof TooManyAttempts);
    expect(waiting).toHaveLength(5);
    await expect(update(stolen, PASSWORD)).rejects.toBeInstanceOf(TooManyAttempts);
    await expect(update(own, 'a guess')).rejects.toBeInstanceOf(WrongCurrentPassword);
    await update(own, PASSWORD);
    // The session has ended: it is no place where anybody comes in again.
    const of = `origin = 'session ${own}' AND account <> ''`;
    expect(await users.countOf(`SELECT count(*)::integer AS count FROM users.sign_in_attempts WHERE ${of}`)).toBe(0);
    // Whoever it was, it was not this password.
    const counted = `account <> '' AND origin = 'session ${stolen}' AND failures > 0`;
    expect(await users.countOf(`SELECT count(*)::integer AS count FROM users.sign_in_attempts WHERE ${counted}`)).toBe(
      0,
    );
  });

  it('without a session is refused, and counts nowhere (fault 22)', async () => {
    const userId = await users.register('no.session@example.com');
    const update = (currentPassword: string) =>
      users.send(user(userId), new UpdateProfile({ email: 'thief@example.com', currentPassword }));
    for (const guess of [...Array.from({ length: 11 }, (_, n) => `guess ${n}`), PASSWORD])
      await expect(update(guess)).rejects.toBeInstanceOf(SessionEnded);
    expect(
      await users.countOf(
        "SELECT count(*)::integer AS count FROM users.sign_in_attempts WHERE origin = 'session undefined'",
      ),
    ).toBe(0);
  });

  it('with the password of before loses to a change that was faster (fault 18)', async () => {
    const userId = await users.register('racing@example.com');
    const sessionIds = await Promise.all([1, 2, 3].map(() => users.signIn('racing@example.com')));
    const outcomes = await Promise.allSettled(
      sessionIds.map((sessionId, n) =>
        users.send(
          user(userId),
          new UpdateProfile({ password: `changed by ${n}`, currentPassword: PASSWORD, sessionId }),
        ),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ contract: { status: 401 } });
  });

  it('needs a signed-in user that has an account', async () => {
    await expect(users.send(nobody, new UpdateProfile({ name: 'X' }))).rejects.toBeInstanceOf(UnauthenticatedError);
    await expect(
      users.send(user('b5f6a7a0-6c31-4a3e-9f0c-3f2f9a2d7b11'), new UpdateProfile({ name: 'X' })),
    ).rejects.toBeInstanceOf(UserNotFound);
  });
});
