import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChangeRoles, CloseSession, ListEndedSessions, RefreshSession, UpdateProfile } from '../users.contract.js';
import { SESSIONS_PER_USER } from '../infra/sessions.js';
import { nobody, openUsers, PASSWORD, user, type UsersUnderTest } from '../testing/open-users.js';

let users: UsersUnderTest;
beforeAll(async () => void (users = await openUsers()));
afterAll(() => users.close());

const ended = (after?: string) =>
  users.ask(nobody, new ListEndedSessions({ withinSeconds: 1_800, ...(after === undefined ? {} : { after }) }));

describe('sessions that have ended', () => {
  it('are those that anything has ended, and no others (fault 18)', async () => {
    const admin = await users.registerAdmin('root@example.com');
    const userId = await users.register('ada@example.com');
    const open = () => users.signIn('ada@example.com');
    const closed = await open();
    await users.send(user(userId), new CloseSession({ sessionId: closed }));
    const reused = await open();
    for (const generation of [1, 2]) await users.send(nobody, new RefreshSession({ sessionId: reused, generation }));
    await users.send(nobody, new RefreshSession({ sessionId: reused, generation: 1 })).catch(() => undefined);
    const sessionId = await open();
    await users.send(
      user(userId),
      new UpdateProfile({ sessionId, currentPassword: PASSWORD, password: 'another password' }),
    );
    const other = await users.register('bob@example.com');
    const ofBob = await users.signIn('bob@example.com');
    await users.send(user(admin, 'admin'), new ChangeRoles({ userId: other, roles: ['support'] }));
    const goesOn = await users.signIn('bob@example.com');
    const { sessionIds, more } = await ended();
    expect(sessionIds).toEqual([closed, reused, sessionId, ofBob].toSorted());
    expect(sessionIds).not.toContain(goesOn);
    expect(more).toBe(false);
  });

  it('are also those that made room for newer ones (fault 18)', async () => {
    await users.register('carol@example.com');
    const first = await users.signIn('carol@example.com');
    for (let n = 0; n < SESSIONS_PER_USER; n += 1) await users.signIn('carol@example.com');
    expect((await ended()).sessionIds).toContain(first);
  });

  it('come in pages, and those of long ago are forgotten', async () => {
    const [first = ''] = (await ended()).sessionIds;
    expect((await ended(first)).sessionIds).not.toContain(first);
    await users.write("UPDATE users.ended_sessions SET ended_at = now() - interval '61 minutes'", []);
    expect((await ended()).sessionIds).toEqual([]);
    const userId = await users.register('dora@example.com');
    await users.send(user(userId), new CloseSession({ sessionId: await users.signIn('dora@example.com') }));
    expect(await users.countOf('SELECT count(*)::integer AS count FROM users.ended_sessions')).toBe(1);
  });
});
