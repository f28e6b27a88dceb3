import { describe, expect, it } from '@jest/globals';
import { wantedRoles, type RoleOwner } from './wanted-role.js';

const ADMIN = 'postgres://root:secret@db/shop';
const owner = (context: string, url: string | undefined): RoleOwner => ({
  context,
  schemas: [context],
  url,
  variable: `${context.toUpperCase()}_DATABASE_URL`,
});

describe('the roles that URLs name (fault 28)', () => {
  it('are read from those of the database that is meant, each part decoded once', () => {
    const url = 'postgresql://shop%5Forders:a%20%25b@db:5432/shop?sslmode=disable';
    expect(wantedRoles([owner('orders', url), owner('users', 'postgres://u:p@other/shop')], ADMIN)).toEqual({
      wanted: [{ ...owner('orders', url), role: 'shop_orders', password: 'a %b' }],
      elsewhere: ['users'],
      reasons: [],
    });
  });

  it.each([
    [undefined, 'not set; name the role that is to be made, for instance postgres://shop_orders:<password>@db/shop'],
    ['postgres://root:p@db/shop', 'names the role "root" of the administrator'],
    ['postgres://pg_orders:p@db/shop', '"pg_orders" can\'t be the name of a role'],
    [`postgres://${'r'.repeat(64)}:p@db/shop`, "can't be the name of a role"],
    ['postgres://shop_orders@db/shop', 'names no password for "shop_orders"'],
    ['postgres://shop_orders:tr%C3%A8s@db/shop', 'other than printable ASCII'],
  ])('are refused by name for %s', (url, reason) => {
    const { wanted, reasons } = wantedRoles([owner('orders', url)], ADMIN);
    expect([wanted, reasons]).toEqual([[], [expect.stringContaining(`ORDERS_DATABASE_URL: `)]]);
    expect(reasons[0]).toContain(reason);
    expect(reasons[0]).not.toMatch(/secret|tr.s/);
  });

  it('are one for each context', () => {
    const shared = 'postgres://shop:p@db/shop';
    expect(wantedRoles([owner('orders', shared), owner('users', shared)], ADMIN).reasons).toEqual([
      'USERS_DATABASE_URL: names the role "shop" of orders; each context needs one of its own',
    ]);
  });
});
