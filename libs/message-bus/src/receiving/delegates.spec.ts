import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { delegatePrincipal, ForbiddenError, type Principal } from '@isolith/contracts';
import { requireScope, runAs } from '../index.js';
import { Count, handle, Hosts, placements, Restock, Take } from '../testing/fixtures/hosts.js';

const ada = { user: 'ada', roles: ['support'] };
const context: Principal = { service: 'shop', ...ada };
const delegate = delegatePrincipal('shop', ada);

describe.each(placements)('a delegate in %s', (placement) => {
  let hosts: Hosts;
  beforeEach(async () => {
    hosts = await new Hosts(placement).open();
  });
  afterEach(() => hosts.close());

  const send = (message: object, principal: Principal): Promise<unknown> =>
    runAs('shop', () => hosts.shop.send(message), { principal });

  it('may not do what its context may', async () => {
    handle(hosts.stock, Restock, async () => undefined);
    await expect(send(new Restock({ sku: 'a' }), context)).resolves.toBeUndefined();
    await expect(send(new Restock({ sku: 'a' }), delegate)).rejects.toThrow(ForbiddenError);
  });

  it('may do what its user may, and is known as one by whoever handles it', async () => {
    const seen: Principal[] = [];
    handle(hosts.stock, Count, async () => {
      seen.push(requireScope().principal);
      return { quantity: 1 };
    });
    await expect(send(new Count({ sku: 'a' }), delegate)).resolves.toEqual({ quantity: 1 });
    await expect(send(new Count({ sku: 'a' }), delegatePrincipal('shop', { ...ada, roles: [] }))).rejects.toThrow(
      ForbiddenError,
    );
    expect(seen).toEqual([delegate]);
  });

  it('has a handler of another context do what that context may', async () => {
    const seen: Principal[] = [];
    handle(hosts.stock, Restock, async () => void seen.push(requireScope().principal));
    handle(hosts.stock, Take, async () => {
      await hosts.stock.send(new Restock({ sku: 'a' }));
      return { left: [] };
    });
    await send(new Take({ lines: [] }), delegate);
    expect(seen).toEqual([{ service: 'stock', ...ada }]);
  });
});
