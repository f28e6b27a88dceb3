import { expect, it } from '@jest/globals';
import { Chain, type Linked } from './chain.js';

class Member implements Linked<Member> {
  before: Member | undefined;
  after: Member | undefined;
  constructor(readonly name: string) {}
}

const chainOf = (...members: Member[]): Chain<Member> => {
  const chain = new Chain<Member>();
  for (const member of members) chain.add(member);
  return chain;
};
const names = (chain: Chain<Member>): string => [...chain].map(({ name }) => name).join('');
const [a, b, c] = ['a', 'b', 'c'] as const;

it.each([
  [[0], 'bc'],
  [[1], 'ac'],
  [[2], 'ab'],
  [[0, 1], 'c'],
  [[2, 1], 'a'],
  [[1, 0, 2], ''],
])('whoever leaves leaves the others in their order: %j leave %j', (leaving, left) => {
  const members = [new Member(a), new Member(b), new Member(c)];
  const chain = chainOf(...members);
  for (const at of leaving) {
    const member = members[at];
    if (member !== undefined) chain.remove(member);
  }
  expect([names(chain), chain.isEmpty]).toEqual([left, left === '']);
  chain.add(new Member('d'));
  expect(names(chain)).toBe(`${left}d`);
});

it('leaving twice takes nobody else out', () => {
  const first = new Member(a);
  const chain = chainOf(first, new Member(b));
  chain.remove(first);
  chain.remove(first);
  expect(names(chain)).toBe('b');
});

it('the one that was just looked at may leave', () => {
  const chain = chainOf(new Member(a), new Member(b), new Member(c));
  for (const member of chain) chain.remove(member);
  expect(chain.isEmpty).toBe(true);
});
