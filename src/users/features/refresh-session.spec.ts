import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OpenSession, RefreshSession, SessionEnded } from '../users.contract.js';
import { REFRESH_GRACE_SECONDS } from '../infra/sessions.js';
import { nobody, openUsers, PASSWORD, type UsersUnderTest } from '../testing/open-users.js';

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
    await users.write("UPDATE users.accounts SET roles = '{support}' WHERE id = $1", [userId]);
    expect(await refresh(sessionId, 2)).toEqual({ userId, roles: ['support'], generation: 3 });
  });

  it('again with the same token, or in two tabs at once, gives the same for a short grace (fault 32)', async () => {
    const { userId, sessionId } = await signedIn('bob@example.com');
    const next = { userId, roles: ['customer'], generation: 2 };
    expect(await refresh(sessionId, 1)).toEqual(next);
    expect(await refresh(sessionId, 1)).toEqual(next);
    const tabs = await Promise.all([2, 2, 2].map((generation) => refresh(sessionId, generation)));
    expect(tabs.map(({ generation }) => generation)).toEqual([3, 3, 3]);
    expect(await users.sessionsOf(userId)).toBe(1);
  });

  it('with a generation that was used before the grace ends it for everybody (fault 32)', async () => {
    const { userId, sessionId } = await signedIn('carol@example.com');
    await refresh(sessionId, 1);
    await users.write(
      "UPDATE users.sessions SET refreshed_at = refreshed_at - $2::integer * interval '1 second' WHERE id = $1",
      [sessionId, REFRESH_GRACE_SECONDS],
    );
    await expect(refresh(sessionId, 1)).rejects.toBeInstanceOf(SessionEnded);
    expect(await users.sessionsOf(userId)).toBe(0);
    await expect(refresh(sessionId, 2)).rejects.toBeInstanceOf(SessionEnded);
  });

  it('with a generation whose next one was used, too, ends it at once (fault 32)', async () => {
    const { userId, sessionId } = await signedIn('frank@example.com');
    await refresh(sessionId, 1);
    await refresh(sessionId, 2);
    await expect(refresh(sessionId, 1)).rejects.toBeInstanceOf(SessionEnded);
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
