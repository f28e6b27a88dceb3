import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ContractViolationError } from '@isolith/contracts';
import { EmailTaken, GetUser, RegisterUser, WeakPassword } from '../users.contract.js';
import { context, nobody, openUsers, PASSWORD, type UsersUnderTest } from '../testing/open-users.js';

let users: UsersUnderTest;
beforeAll(async () => void (users = await openUsers()));
afterAll(() => users.close());

describe('registering', () => {
  it('makes a customer of anyone, with the address in lower case', async () => {
    const { userId, roles } = await users.send(
      nobody,
      new RegisterUser({ email: 'Ada@Example.com', password: PASSWORD, name: 'Ada' }),
    );
    expect(roles).toEqual(['customer']);
    expect(await users.ask(context('notifications'), new GetUser({ userId }))).toMatchObject({
      id: userId,
      email: 'ada@example.com',
      name: 'Ada',
      roles,
    });
    expect(await users.recorded(userId)).toEqual([{ type: 'users.user-registered', data: { userId } }]);
  });

  it('is refused for an address that has an account, in any spelling', async () => {
    await users.register('bob@example.com');
    await expect(users.register('BOB@example.com')).rejects.toBeInstanceOf(EmailTaken);
  });

  it('of one address many times at once makes one account', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => users.register('race@example.com')));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(EmailTaken);
  });

  it.each([
    ['/email', { email: 'ada', password: PASSWORD, name: 'Ada' }],
    ['/password', { email: 'a@example.com', password: 'short', name: 'Ada' }],
    ['/name', { email: 'a@example.com', password: PASSWORD, name: '  ' }],
    ['/name', { email: 'a@example.com', password: PASSWORD, name: 'A\u0000da' }],
  ])('with a wrong value names %s', async (pointer, input) => {
    const refused = users.send(nobody, new RegisterUser(input));
    await expect(refused).rejects.toBeInstanceOf(ContractViolationError);
    await expect(refused).rejects.toMatchObject({ problems: [{ pointer }] });
  });

  it.each(['password', '        ', 'correct\u0001horse'])(
    'with a password that anybody would try is refused: %j (fault 27)',
    async (password) => {
      const refused = users.send(nobody, new RegisterUser({ email: 'weak@example.com', password, name: 'Ada' }));
      await expect(refused).rejects.toBeInstanceOf(WeakPassword);
      await expect(refused).rejects.toMatchObject({ data: { pointer: '/password' } });
    },
  );

  it('leaves neither password nor address in what is kept of commands', async () => {
    await users.register('secretive@example.com');
    const kept = await users.inbox();
    expect(kept).toContain('success');
    expect(kept).not.toContain(PASSWORD);
    expect(kept).not.toContain('secretive');
  });
});
