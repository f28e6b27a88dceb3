import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  anyone,
  checkAccess,
  delegatePrincipal,
  owner,
  role,
  service,
  servicePrincipal,
  signedIn,
  type Access,
  type Principal,
} from '../index.js';

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

describe('a delegate', () => {
  const names = fc.constantFrom('gateway', 'orders', 'assistant', 'customer', 'admin');
  const rules: fc.Arbitrary<readonly Access[]> = fc.array(
    fc.oneof(fc.constantFrom(anyone(), signedIn(), owner(), service()), names.map(role), names.map(service)),
    { maxLength: 4 },
  );
  const users = fc.record({ user: fc.option(fc.constantFrom('u', 'v'), { nil: undefined }), roles: fc.array(names) });

  it('is let in exactly where its user is, whatever a list says and whichever context it is', () => {
    fc.assert(
      fc.property(rules, names, users, (access, context, user) => {
        const asUser = delegatePrincipal('gateway', user);
        expect(checkAccess(access, delegatePrincipal(context, user))).toBe(checkAccess(access, asUser));
        expect(checkAccess(access, delegatePrincipal(context, user))).toBe(
          checkAccess(access, { ...servicePrincipal('gateway'), ...user }),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('owes that what it asks for is its own, where its context would not', () => {
    const access = [owner(), service()];
    expect(checkAccess(access, { service: 'assistant', user: 'u', roles: [] })).toBe('granted');
    expect(checkAccess(access, delegatePrincipal('assistant', { user: 'u', roles: [] }))).toBe('own');
  });
});
