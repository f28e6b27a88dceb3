import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  InvalidCredentials,
  OpenSession,
  PasswordsBusy,
  RefreshSession,
  SessionEnded,
  TooManyAttempts,
} from '../users.contract.js';
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

describe('signing in again and again', () => {
  const guess = (email: string, origin: string, password = 'a guess of mine') =>
    users.send(nobody, new OpenSession({ email, password, origin }));
  const outcomesOf = async (attempts: readonly Promise<unknown>[]) =>
    (await Promise.allSettled(attempts)).map((outcome) =>
      outcome.status === 'fulfilled' ? 'in' : outcome.reason instanceof TooManyAttempts ? 'wait' : 'wrong',
    );
  /** How long it has to wait, in seconds; at least one. */
  const waitOf = async (attempt: Promise<unknown>): Promise<number> => {
    const refusal = await attempt.catch((error: unknown) => error);
    if (!(refusal instanceof TooManyAttempts)) throw new Error('it need not wait');
    return refusal.data.retryAfterSeconds;
  };
  const failed = (times: number, origin: string) =>
    users.write('UPDATE users.sign_in_attempts SET failures = $1, counted_at = now() WHERE origin = $2', [
      times,
      origin,
    ]);
  const later = (seconds: number) =>
    users.write('UPDATE users.sign_in_attempts SET counted_at = counted_at - make_interval(secs => $1)', [seconds]);

  it.each(['erin@example.com', 'no-account@example.com'])(
    'with wrong passwords has to wait, at once or one by one, with an account or without: %s (fault 22)',
    async (email) => {
      if (email.startsWith('erin')) await users.register(email);
      const many = await outcomesOf(Array.from({ length: 30 }, () => guess(email, 'attacker')));
      expect(many.filter((outcome) => outcome === 'wrong')).toHaveLength(10);
      await failed(13, 'attacker');
      expect(await outcomesOf([guess(email, 'attacker', PASSWORD)])).toEqual(['wait']);
      expect(await waitOf(guess(email, 'attacker'))).toBeLessThanOrEqual(32);
      await later(32);
      expect(await outcomesOf([guess(email, 'attacker')])).toEqual(['wrong']);
      expect(await waitOf(guess(email, 'attacker'))).toBeLessThanOrEqual(64);
    },
  );

  it('never waits longer than a quarter of an hour, and is forgotten after an hour (fault 22)', async () => {
    await users.register('faye@example.com');
    await guess('faye@example.com', 'forgetful').catch(() => undefined);
    await failed(1_000, 'forgetful');
    expect(await waitOf(guess('faye@example.com', 'forgetful'))).toBeLessThanOrEqual(900);
    await later(3_601);
    for (let n = 0; n < 9; n += 1)
      expect(await outcomesOf([guess('faye@example.com', 'forgetful')])).toEqual(['wrong']);
  });

  it('is free as long as little has failed, also beside attempts that were counted a moment after it began', async () => {
    await users.register('grace@example.com');
    await expect(guess('grace@example.com', 'her place')).rejects.toBeInstanceOf(InvalidCredentials);
    // What an attempt sees that was committed between its own beginning and its first look.
    await users.write("UPDATE users.sign_in_attempts SET counted_at = now() + interval '2 seconds' WHERE origin = $1", [
      'her place',
    ]);
    await guess('grace@example.com', 'her place', PASSWORD);
  });

  it('with the right password in between begins anew (fault 22)', async () => {
    await users.register('gina@example.com');
    for (let round = 0; round < 3; round += 1) {
      for (let n = 0; n < 8; n += 1)
        await expect(guess('gina@example.com', 'home')).rejects.toBeInstanceOf(InvalidCredentials);
      await guess('gina@example.com', 'home', PASSWORD);
    }
  });

  it('at one place, for one account after the other, has to wait there (fault 22)', async () => {
    await users.write(
      "INSERT INTO users.sign_in_attempts (account, origin, failures, counted_at) VALUES ('', 'sprayer', 50, now())",
      [],
    );
    expect(
      await outcomesOf([guess('anybody@example.com', 'sprayer'), guess('anybody@example.com', 'elsewhere')]),
    ).toEqual(['wait', 'wrong']);
    await users.register('hana@example.com');
    await guess('hana@example.com', 'office', PASSWORD);
    await users.write("UPDATE users.sign_in_attempts SET origin = 'office' WHERE origin = 'sprayer'", []);
    expect(await outcomesOf([guess('hana@example.com', 'office', PASSWORD)])).toEqual(['in']);
    expect(await outcomesOf([guess('other@example.com', 'office', PASSWORD)])).toEqual(['wait']);
  });

  it('from everywhere keeps the owner out of no place that is known, and elsewhere for a minute at most (fault 22)', async () => {
    await users.register('gwen@example.com');
    await guess('gwen@example.com', 'home', PASSWORD);
    await guess('gwen@example.com', 'a bot').catch(() => undefined);
    await users.write(
      "UPDATE users.sign_in_attempts SET failures = 100000, counted_at = now() WHERE origin = '' AND account = (SELECT account FROM users.sign_in_attempts WHERE origin = 'home' ORDER BY counted_at DESC LIMIT 1)",
      [],
    );
    expect(await outcomesOf([guess('gwen@example.com', 'home', PASSWORD)])).toEqual(['in']);
    expect(await waitOf(guess('gwen@example.com', 'on the way', PASSWORD))).toBeLessThanOrEqual(60);
    await later(60);
    expect(await outcomesOf([guess('gwen@example.com', 'on the way', PASSWORD)])).toEqual(['in']);
  });

  it.each(['account', 'place'])(
    'once the wait of one %s is over gets no more looks at once than passwords are hashed at once (fault 22)',
    async (counted) => {
      const tried = (n: number) =>
        counted === 'account'
          ? guess('many-places@example.com', `place ${n}`)
          : guess(`account-${n}@example.com`, 'many-accounts');
      await expect(tried(0)).rejects.toBeInstanceOf(InvalidCredentials);
      await users.write(
        `UPDATE users.sign_in_attempts SET failures = 150, counted_at = now() - interval '61 seconds'
         WHERE ${counted === 'account' ? 'origin' : 'account'} = ''
           AND counted_at = (SELECT max(counted_at) FROM users.sign_in_attempts)`,
        [],
      );
      const attempts = Array.from({ length: 50 }, (_, n) => tried(n + 1));
      const wrong = (await outcomesOf(attempts)).filter((outcome) => outcome === 'wrong');
      expect(wrong.length).toBeGreaterThan(0);
      expect(wrong.length).toBeLessThanOrEqual(3);
    },
  );

  it('while too many passwords wait to be hashed counts for nothing and has nobody wait longer (fault 22)', async () => {
    await guess('ivy@example.com', 'busy').catch(() => undefined);
    await failed(12, 'busy');
    await later(20);
    const counted = "SELECT max(failures) AS count FROM users.sign_in_attempts WHERE origin = 'busy' AND account <> ''";
    await users.passwordsBusy(async () => {
      await expect(guess('ivy@example.com', 'busy')).rejects.toBeInstanceOf(PasswordsBusy);
      expect(await users.countOf(counted)).toBe(12);
    });
    expect(await outcomesOf([guess('ivy@example.com', 'busy')])).toEqual(['wrong']);
  });

  it('leaves no more than an hour of rows, and a month of places where an owner came in (fault 22)', async () => {
    const rowsOf = (origin: string) =>
      users.countOf(`SELECT count(*)::integer AS count FROM users.sign_in_attempts WHERE origin = '${origin}'`);
    const sweep = async (attempt: () => Promise<unknown>) => {
      for (let n = 0; n < 10; n += 1) await attempt().catch(() => undefined);
    };
    await users.register('jane@example.com');
    await guess('jane@example.com', 'flat', PASSWORD);
    await guess('jane@example.com', 'cafe').catch(() => undefined);
    await later(3_601);
    await sweep(() => guess('jane@example.com', 'new flat', PASSWORD));
    const forgotten = "succeeded_at IS NULL AND counted_at < now() - interval '1 hour'";
    expect(
      await users.countOf(`SELECT count(*)::integer AS count FROM users.sign_in_attempts WHERE ${forgotten}`),
    ).toBe(0);
    expect(await rowsOf('flat')).toBe(1);
    const aMonthLater = () =>
      users.write("UPDATE users.sign_in_attempts SET succeeded_at = succeeded_at - interval '30 days'", []);
    await aMonthLater();
    await sweep(() => guess('kim@example.com', 'unknown'));
    expect(await rowsOf('flat')).toBe(0);
    await later(3_601);
    await aMonthLater();
    await sweep(() => guess('jane@example.com', 'newest flat', PASSWORD));
    expect(await rowsOf('new flat')).toBe(0);
  });

  it('leaves nothing by which addresses could be tried against the table', async () => {
    await guess('Mia@example.com', 'somewhere').catch(() => undefined);
    const [hex, base64url] = [hash('sha256', 'mia@example.com', 'hex'), hash('sha256', 'mia@example.com', 'base64url')];
    const found = `a::text LIKE '%mia@%' OR a::text LIKE '%${hex}%' OR a::text LIKE '%${base64url}%'`;
    expect(await users.countOf(`SELECT count(*)::integer AS count FROM users.sign_in_attempts a WHERE ${found}`)).toBe(
      0,
    );
    expect(
      await users.countOf("SELECT count(*)::integer AS count FROM users.sign_in_attempts WHERE origin = 'somewhere'"),
    ).toBe(2);
  });

  it('from nowhere that could be told makes nowhere a known place (fault 22)', async () => {
    await users.register('lou@example.com');
    await users.signIn('lou@example.com');
    const known = "origin = '' AND succeeded_at IS NOT NULL";
    expect(await users.countOf(`SELECT count(*)::integer AS count FROM users.sign_in_attempts WHERE ${known}`)).toBe(0);
  });
});
