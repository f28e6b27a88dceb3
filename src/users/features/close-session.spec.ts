import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CloseSession, OpenSession, RefreshSession, SessionEnded } from '../users.contract.js';
import { nobody, openUsers, PASSWORD, user, type UsersUnderTest } from '../testing/open-users.js';

let users: UsersUnderTest;
beforeAll(async () => void (users = await openUsers()));
afterAll(() => users.close());

describe('signing out', () => {
  it('ends the session; again is fine', async () => {
    const userId = await users.register('ada@example.com');
    const { sessionId } = await users.send(nobody, new OpenSession({ email: 'ada@example.com', password: PASSWORD }));
    await users.send(user(userId), new CloseSession({ sessionId }));
    await users.send(user(userId), new CloseSession({ sessionId }));
    await expect(users.send(nobody, new RefreshSession({ sessionId, generation: 1 }))).rejects.toBeInstanceOf(
      SessionEnded,
    );
  });

  it('does not reach the session of another user', async () => {
    await users.register('bob@example.com');
    const { sessionId } = await users.send(nobody, new OpenSession({ email: 'bob@example.com', password: PASSWORD }));
    await users.send(user(await users.register('eve@example.com'), 'admin'), new CloseSession({ sessionId }));
    expect((await users.send(nobody, new RefreshSession({ sessionId, generation: 1 }))).generation).toBe(2);
  });
});
