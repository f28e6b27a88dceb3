import { expect, it } from '@jest/globals';
import type { Contract } from '../../api/answers/contracts.js';
import { statedLinks } from './known-links.js';

const contract = (kind: Contract['kind'], context: string, ...usedBy: string[]): Contract => ({
  name: `${context}.x`,
  kind,
  context,
  version: 1,
  input: {},
  failures: [],
  access: [],
  usedBy,
});

it('requests go to who answers them, events to who takes them, each link once', () => {
  expect(
    statedLinks([
      contract('command', 'stock', 'orders'),
      contract('command', 'stock', 'orders'),
      contract('query', 'users', 'orders', 'users'),
      contract('event', 'orders', 'mails', 'stock'),
    ]).map(({ from, to, lane }) => `${from} ${lane} ${to}`),
  ).toEqual(['orders command stock', 'orders query users', 'orders event mails', 'orders event stock']);
});
