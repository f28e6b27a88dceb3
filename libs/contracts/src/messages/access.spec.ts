import { describe, expect, it } from '@jest/globals';
import { anyone, checkAccess, owner, role, service, signedIn, type Principal } from '../index.js';

const stranger: Principal = { service: 'gateway', roles: [] };
const customer: Principal = { service: 'gateway', user: 'u', roles: ['customer'] };
const admin: Principal = { service: 'gateway', user: 'a', roles: ['admin'] };
const orders: Principal = { service: 'orders', user: 'u', roles: [] };
const payments: Principal = { service: 'payments', roles: [] };

describe('access', () => {
  it.each([
    ['anyone', [anyone()], ['granted', 'granted', 'granted', 'granted', 'granted']],
    ['the signed-in', [signedIn()], ['unauthenticated', 'granted', 'granted', 'granted', 'unauthenticated']],
    ['a role', [role('admin')], ['unauthenticated', 'forbidden', 'granted', 'forbidden', 'unauthenticated']],
    ['any context', [service()], ['forbidden', 'forbidden', 'forbidden', 'granted', 'granted']],
    ['one context', [service('orders')], ['forbidden', 'forbidden', 'forbidden', 'granted', 'forbidden']],
    [
      'a role or a context',
      [role('admin'), service('payments')],
      ['unauthenticated', 'forbidden', 'granted', 'forbidden', 'granted'],
    ],
    ['whoever owns it', [owner()], ['unauthenticated', 'own', 'own', 'own', 'unauthenticated']],
    [
      'whoever owns it, a role or a context',
      [owner(), role('admin'), service('orders')],
      ['unauthenticated', 'own', 'granted', 'granted', 'unauthenticated'],
    ],
    ['nobody', [], ['forbidden', 'forbidden', 'forbidden', 'forbidden', 'forbidden']],
  ])('for %s', (_, rules, expected) => {
    expect([stranger, customer, admin, orders, payments].map((principal) => checkAccess(rules, principal))).toEqual(
      expected,
    );
  });

  it('never takes the edge for a context, whatever its list says', () => {
    expect(checkAccess([service('gateway')], customer)).toBe('forbidden');
  });
});
