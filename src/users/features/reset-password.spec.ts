import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@isolith/message-bus/testing';
import {
  InvalidCredentials,
  OpenSession,
  RequestPasswordReset,
  ResetPassword,
  ResetTokenUnknown,
  UpdateProfile,
  WeakPassword,
} from '../users.contract.js';
import { nobody, openUsers, PASSWORD, user, type UsersUnderTest } from '../testing/open-users.js';

let users: UsersUnderTest;
beforeAll(async () => void (users = await openUsers()));
afterAll(() => users.close());

const ask = (email: string) => users.send(nobody, new RequestPasswordReset({ email }));
const reset = (token: string, password = 'a new password') =>
  users.send(nobody, new ResetPassword({ token, password }));
const open = (email: string, password: string) => users.send(nobody, new OpenSession({ email, password }));
const aMinuteLater = () =>
  users.write("UPDATE users.password_resets SET given_at = given_at - interval '1 minute'", []);

const tokensOf = (userId: string) =>
  users.countOf(`SELECT count(*)::integer AS count FROM users.password_resets WHERE user_id = '${userId}'`);

/** The token that the user was mailed, once it was. */
async function tokenOf(email: string, userId: string): Promise<string> {
  const before = users.mails().length;
  await ask(email);
  await until(() => users.mails().length > before);
  const mail = users.mails().at(-1);
  expect(mail).toMatchObject({ userId, minutes: 30 });
  return mail?.token ?? '';
}

describe('a new password by mail', () => {
  it('is set with a token, once, and ends all sessions and the old password', async () => {
    const userId = await users.register('ada@example.com');
    await users.signIn('ada@example.com');
    const token = await tokenOf('ADA@example.com', userId);
    await expect(reset(token, 'password')).rejects.toBeInstanceOf(WeakPassword);
    const outcomes = await Promise.allSettled([reset(token), reset(token), reset(token)]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(reset(token)).rejects.toBeInstanceOf(ResetTokenUnknown);
    expect(await users.sessionsOf(userId)).toBe(0);
    await expect(open('ada@example.com', PASSWORD)).rejects.toBeInstanceOf(InvalidCredentials);
    await open('ada@example.com', 'a new password');
  });

  it('is promised to anybody who asks, and mailed to accounts only, once a minute', async () => {
    const userId = await users.register('bob@example.com');
    await tokenOf('bob@example.com', userId);
    const mailed = users.mails().length;
    expect(await ask('nobody@example.com')).toEqual(await ask('bob@example.com'));
    await aMinuteLater();
    await Promise.all(Array.from({ length: 5 }, () => ask('bob@example.com')));
    await tokenOf('carl@example.com', await users.register('carl@example.com'));
    expect(users.mails()).toHaveLength(mailed + 2);
  });

  it('is set with whichever token its owner was mailed, whoever asks for more of them meanwhile', async () => {
    const userId = await users.register('fred@example.com');
    const own = await tokenOf('fred@example.com', userId);
    await aMinuteLater();
    const asked = await tokenOf('fred@example.com', userId);
    await reset(own);
    await expect(reset(asked)).rejects.toBeInstanceOf(ResetTokenUnknown);
    expect(await tokensOf(userId)).toBe(0);
  });

  it('is asked for again at once when its token could not be mailed', async () => {
    const userId = await users.register('hugo@example.com');
    await users.withoutMail(async () => {
      await ask('hugo@example.com');
      await until(async () => (await tokensOf(userId)) === 0);
    });
    await reset(await tokenOf('hugo@example.com', userId));
  });

  it('leaves no more than half an hour of tokens', async () => {
    const userId = await users.register('gail@example.com');
    await tokenOf('gail@example.com', userId);
    await users.write("UPDATE users.password_resets SET expires_at = now() - interval '1 second'", []);
    await aMinuteLater();
    await ask('nobody@example.com');
    expect(await tokensOf(userId)).toBe(0);
    await tokenOf('gail@example.com', userId);
    expect(await tokensOf(userId)).toBe(1);
  });

  it('lets its owner in where too many attempts have failed', async () => {
    const userId = await users.register('carol@example.com');
    for (let n = 0; n < 10; n += 1)
      await users
        .send(nobody, new OpenSession({ email: 'carol@example.com', password: 'a guess', origin: 'home' }))
        .catch(() => undefined);
    await reset(await tokenOf('carol@example.com', userId));
    const again = new OpenSession({ email: 'carol@example.com', password: 'a new password', origin: 'home' });
    expect(await users.send(nobody, again)).toMatchObject({ userId });
  });

  it('is not set with a token that has expired, was never given out, or is older than the password or address', async () => {
    const userId = await users.register('dora@example.com');
    const expired = await tokenOf('dora@example.com', userId);
    await users.write("UPDATE users.password_resets SET expires_at = now() - interval '1 second'", []);
    await expect(reset(expired)).rejects.toBeInstanceOf(ResetTokenUnknown);
    await expect(reset('never-given-out')).rejects.toBeInstanceOf(ResetTokenUnknown);
    await aMinuteLater();
    const older = await tokenOf('dora@example.com', userId);
    const sessionId = await users.signIn('dora@example.com');
    const proof = { currentPassword: PASSWORD, sessionId };
    await users.send(user(userId), new UpdateProfile({ email: 'dora@example.org', ...proof }));
    await expect(reset(older)).rejects.toBeInstanceOf(ResetTokenUnknown);
  });

  it('leaves its token in no row: neither in a table of accounts nor in what is kept of commands', async () => {
    const userId = await users.register('erin@example.com');
    const token = await tokenOf('erin@example.com', userId);
    const rows = `SELECT count(*)::integer AS count FROM users.password_resets r WHERE r::text LIKE '%${token}%'`;
    expect(await users.countOf(rows)).toBe(0);
    await reset(token);
    expect(await users.inbox()).not.toContain(token);
  });
});
