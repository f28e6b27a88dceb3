import { describe, expect, it } from '@jest/globals';
import { reachWarning } from './role-reach.js';

const role = { role: 'shop', superuser: false, schemas: ['orders'] };
const orders = ['orders', new Set(['orders'])] as const;
const payments = ['payments', new Set(['payments', 'sandbox_provider'])] as const;

describe('what the role of a context reaches (fault 28)', () => {
  it('is nothing to speak of when it is its own schemas', () => {
    expect(reachWarning(role, new Map([orders]))).toBeUndefined();
    expect(reachWarning({ ...role, schemas: ['payments', 'sandbox_provider'] }, new Map([payments]))).toBeUndefined();
    expect(reachWarning({ ...role, schemas: [] }, new Map([orders]))).toBeUndefined();
  });

  it('is said when it is the whole server, whatever schemas are there', () => {
    expect(reachWarning({ ...role, superuser: true }, new Map([orders]))).toContain(
      'the role "shop" of orders is a superuser',
    );
  });

  it('is said with the schemas of others, and of those who share it', () => {
    expect(reachWarning({ ...role, schemas: ['orders', 'users'] }, new Map([orders]))).toContain(
      'the role "shop" of orders may use the schemas users, so a bug',
    );
    expect(
      reachWarning({ ...role, schemas: ['orders', 'payments', 'sandbox_provider'] }, new Map([orders, payments])),
    ).toContain('the role "shop" of orders, payments may use the schemas orders, payments, sandbox_provider, so a bug');
  });
});
