import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChangeRoles, OpenSession, RefreshSession, SessionEnded } from '../users.contract.js';
import { nobody, openUsers, PASSWORD, user, type UsersUnderTest } from '../testing/open-users.js';

let users: UsersUnderTest;
beforeAll(async () => void (users = await openUsers()));
afterAll(() => users.close());

async function signedIn(email: string): Promise<{ userId: string; sessionId: string }> {
  await users.register(email);
  return users.send(nobody, new OpenSession({ email, password: PASSWORD }));
}
const refresh = (sessionId: string, generation: number) =>
  users.send(nobody, new RefreshSession({ sessionId, generation }));

describe('refreshing a session', () => {
  it('moves it to the next generation, again and again, with the roles of now', async () => {
    const { userId, sessionId } = await signedIn('ada@example.com');
    expect(await refresh(sessionId, 1)).toEqual({ userId, roles: ['customer'], generation: 2 });
    await users.send(user(userId, 'admin'), new ChangeRoles({ userId, roles: ['support'] }));
    expect(await refresh(sessionId, 2)).toEqual({ userId, roles: ['support'], generation: 3 });
  });

  it('with a generation that was used ends it for everybody', async () => {
    const { userId, sessionId } = await signedIn('bob@example.com');
    await refresh(sessionId, 1);
    await expect(refresh(sessionId, 1)).rejects.toBeInstanceOf(SessionEnded);
    expect(await users.sessionsOf(userId)).toBe(0);
    await expect(refresh(sessionId, 2)).rejects.toBeInstanceOf(SessionEnded);
  });

  it('with one token twice at once gives new tokens to one at most, and ends the session', async () => {
    const { userId, sessionId } = await signedIn('carol@example.com');
    const outcomes = await Promise.allSettled([refresh(sessionId, 1), refresh(sessionId, 1)]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(SessionEnded);
    expect(await users.sessionsOf(userId)).toBe(0);
  });

  it('that nobody gave out is refused and harms nothing', async () => {
    const { sessionId } = await signedIn('dave@example.com');
    await expect(refresh(sessionId, 7)).rejects.toBeInstanceOf(SessionEnded);
    await expect(refresh('b5f6a7a0-6c31-4a3e-9f0c-3f2f9a2d7b11', 1)).rejects.toBeInstanceOf(SessionEnded);
    expect((await refresh(sessionId, 1)).generation).toBe(2);
  });

  it('that has expired is refused', async () => {
    const { sessionId } = await signedIn('erin@example.com');
    await users.write("UPDATE users.sessions SET expires_at = now() - interval '1 second' WHERE id = $1", [sessionId]);
    await expect(refresh(sessionId, 1)).rejects.toBeInstanceOf(SessionEnded);
  });
});
