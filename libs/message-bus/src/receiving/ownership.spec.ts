import { describe, expect, it } from '@jest/globals';
import { command, ForbiddenError, HandlerError, owner, query, role, type Principal } from '@isolith/contracts';
import { z } from 'zod';
import { MessageRouter, Ownership, ownOnly, owns, runAs, withOptions } from '../index.js';

const access = [owner(), role('support')];
class Look extends query('shop.look', {
  input: z.object({ of: z.string(), how: z.enum(['asks', 'lists', 'forgets']) }),
  output: z.object({ seen: z.string() }),
  access,
}) {}
class Touch extends command('shop.touch', { input: z.object({}), access: [role('support')] }) {}

const ada: Principal = { service: 'shop', user: 'ada', roles: ['customer'] };
const support: Principal = { service: 'shop', user: 'sue', roles: ['support'] };

type How = 'asks' | 'lists' | 'forgets';

async function lookingShop(how: How): Promise<MessageRouter> {
  const router = new MessageRouter({ placement: { here: ['shop'] }, onError: () => undefined });
  router.handle({
    message: Look,
    by: 'Look',
    invoke: async (message) => {
      const { of: whose } = z.object({ of: z.string() }).parse(message);
      if (how === 'forgets') return { seen: 'a secret' };
      if (how === 'lists') return { seen: `of ${ownOnly() ?? 'all'}` };
      if (!owns(whose)) throw new ForbiddenError('not yours');
      return { seen: whose };
    },
  });
  await router.listenHere();
  return router;
}

async function ask(principal: Principal, how: How, of = 'ada'): Promise<unknown> {
  const router = await lookingShop(how);
  return runAs('shop', () => router.send(withOptions(new Look({ of, how }), { principal })));
}

describe('what a contract lets its owner ask for', () => {
  it("is his own, and everybody's for who is let in for another reason", async () => {
    expect(await ask(ada, 'asks')).toEqual({ seen: 'ada' });
    await expect(ask(ada, 'asks', 'bob')).rejects.toThrow(ForbiddenError);
    expect(await ask(support, 'asks', 'bob')).toEqual({ seen: 'bob' });
    expect([await ask(ada, 'lists'), await ask(support, 'lists')]).toEqual([{ seen: 'of ada' }, { seen: 'of all' }]);
  });

  it('is answered by no handler that has not found out whose it is', async () => {
    await expect(ask(ada, 'forgets')).rejects.toThrow(HandlerError);
    expect(await ask(support, 'forgets')).toEqual({ seen: 'a secret' });
  });

  it('is found out anew by what is handled in the same unit of work, whoever has asked around it', async () => {
    const router = await lookingShop('forgets');
    const unit = { context: 'shop', append: () => undefined };
    const around = new Ownership(true);
    around.ask();
    const joined = runAs(
      'shop',
      () => router.send(withOptions(new Look({ of: 'ada', how: 'forgets' }), { principal: ada })),
      {
        unit,
        ownership: around,
      },
    );
    await expect(joined).rejects.toThrow('asked nowhere whose it is');
  });

  it('is not to be asked for where the contract does not say so: there everybody is let in', async () => {
    const router = new MessageRouter({ placement: { here: ['shop'] }, onError: () => undefined });
    const thrown: unknown[] = [];
    router.alsoTell((_, error) => void thrown.push(error));
    router.handle({ message: Touch, by: 'Touch', invoke: async () => void owns('ada') });
    await router.listenHere();
    const touch = withOptions(new Touch({}), { principal: support });
    await expect(runAs('shop', () => router.send(touch))).rejects.toThrow(HandlerError);
    expect(thrown).toEqual([new TypeError('owns(): the contract of shop.touch does not name owner()')]);
  });
});
