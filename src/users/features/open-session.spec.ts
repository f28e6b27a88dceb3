import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InvalidCredentials, OpenSession, RefreshSession, SessionEnded } from '../users.contract.js';
import { SESSIONS_PER_USER } from '../infra/sessions.js';
import { nobody, openUsers, PASSWORD, type UsersUnderTest } from '../testing/open-users.js';

let users: UsersUnderTest;
beforeAll(async () => void (users = await openUsers()));
afterAll(() => users.close());

describe('signing in', () => {
  it('opens a session of its own each time', async () => {
    const userId = await users.register('ada@example.com');
    const one = await users.send(nobody, new OpenSession({ email: 'ADA@example.com', password: PASSWORD }));
    const other = await users.send(nobody, new OpenSession({ email: 'ada@example.com', password: PASSWORD }));
    expect(one).toMatchObject({ userId, roles: ['customer'], generation: 1 });
    expect(other.sessionId).not.toBe(one.sessionId);
    expect(await users.sessionsOf(userId)).toBe(2);
  });

  it('says the same of a wrong password and an unknown address', async () => {
    await users.register('bob@example.com');
    const wrong: unknown = await users
      .send(nobody, new OpenSession({ email: 'bob@example.com', password: 'wrong' }))
      .catch((error: unknown) => error);
    const unknown: unknown = await users
      .send(nobody, new OpenSession({ email: 'nobody@example.com', password: PASSWORD }))
      .catch((error: unknown) => error);
    expect(wrong).toBeInstanceOf(InvalidCredentials);
    expect(unknown).toEqual(wrong);
  });

  it('keeps a bounded number of sessions: the oldest ends', async () => {
    const userId = await users.register('carol@example.com');
    const open = new OpenSession({ email: 'carol@example.com', password: PASSWORD });
    const first = await users.send(nobody, open);
    const second = await users.send(nobody, open);
    for (let n = 0; n < SESSIONS_PER_USER - 1; n += 1)
      await users.send(nobody, new OpenSession({ email: 'carol@example.com', password: PASSWORD }));
    expect(await users.sessionsOf(userId)).toBe(SESSIONS_PER_USER);
    await expect(
      users.send(nobody, new RefreshSession({ sessionId: first.sessionId, generation: 1 })),
    ).rejects.toBeInstanceOf(SessionEnded);
    await users.send(nobody, new RefreshSession({ sessionId: second.sessionId, generation: 1 }));
  });
});
