import { describe, expect, it } from '@jest/globals';
import type { Principal } from '@isolith/contracts';
import fc from 'fast-check';
import { approve, auto, byAmount, byRole, forbid, strictest } from './policies.js';
import type { Verdict } from './tool.js';

const asked = (input: number, ...roles: string[]): { input: number; principal: Principal } => ({
  input,
  principal: { service: 'assistant', user: 'ada', roles },
});
const refund = byAmount<number>({ amountOf: (amount) => amount, autoUpTo: 10, approveUpTo: 100 });
const rank: readonly Verdict[] = ['auto', 'approve', 'forbid'];
const said = { auto: auto('fine'), approve: approve('a person'), forbid: forbid('never') };

describe('a policy', () => {
  it('says the same of everything', () => {
    for (const verdict of rank) expect(said[verdict](asked(1))).toMatchObject({ verdict });
  });

  it('by amount gets stricter at its bounds, and forbids what is no amount', () => {
    expect([0, 10, 10.5, 11, 100, 101].map((amount) => refund(asked(amount)).verdict)).toEqual([
      'auto',
      'auto',
      'approve',
      'approve',
      'approve',
      'forbid',
    ]);
    for (const amount of [-1, Number.NaN, Infinity, -Infinity]) expect(refund(asked(amount)).verdict).toBe('forbid');
    for (const [autoUpTo, approveUpTo] of [
      [2, 1],
      [-1, 1],
      [1, Number.NaN],
      [1, Infinity],
    ] as const)
      expect(() => byAmount<number>({ amountOf: Number, autoUpTo, approveUpTo })).toThrow(RangeError);
  });

  it('by amount never gets milder with more', () => {
    fc.assert(
      fc.property(fc.double({ min: 0 }), fc.double({ min: 0 }), (a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)].map((n) => rank.indexOf(refund(asked(n)).verdict));
        expect(less).toBeLessThanOrEqual(more ?? -1);
      }),
    );
  });

  it('by role is that of the role, the strictest of several, and otherwise the other', () => {
    const policy = byRole({ support: said.auto, trainee: said.approve, otherwise: said.forbid });
    const of = (...roles: string[]): Verdict => policy(asked(1, ...roles)).verdict;
    expect(of('support')).toBe('auto');
    expect(of('support', 'trainee')).toBe('approve');
    expect(of('trainee', 'support')).toBe('approve');
    expect(of('support', 'customer')).toBe('auto');
    // Nobody has a role of that name.
    expect(of('support', 'otherwise')).toBe('auto');
    for (const roles of [[], ['customer'], ['otherwise'], ['__proto__'], ['constructor'], ['Support']])
      expect(of(...roles)).toBe('forbid');
  });

  it('is as strict as the strictest of several, whatever their order, and asks all of them', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...rank), { minLength: 1 }), (verdicts) => {
        const [first = said.forbid, ...others] = verdicts.map((verdict) => said[verdict]);
        const strictestOf = Math.max(...verdicts.map((verdict) => rank.indexOf(verdict)));
        expect(strictest(first, ...others)(asked(1)).verdict).toBe(rank[strictestOf]);
      }),
    );
    const broken = (): never => {
      throw new Error('out of order');
    };
    expect(() => strictest(said.forbid, broken)(asked(1))).toThrow('out of order');
  });
});
