import { describe, expect, it } from '@jest/globals';
import { checkAccess, delegatePrincipal, GATEWAY, type Access } from '@isolith/contracts';
import { shop } from '../../src/shop.js';
import { shopContracts } from './shop-contracts.js';

const requests = shopContracts.flatMap(({ contract }) =>
  contract.kind === 'command' || contract.kind === 'query' ? [contract] : [],
);

const rolesIn = (rules: readonly Access[]): readonly string[] =>
  rules.flatMap((rule) => (rule.allow === 'role' ? [rule.role] : []));
const roles = [...new Set(requests.flatMap(({ access }) => rolesIn(access)))];
/** Nobody, and users with none of the roles, with one, and with all. */
const users = [
  { user: undefined, roles: [] },
  ...[[], ...roles.map((role) => [role]), roles].map((theirs) => ({ user: 'ada', roles: theirs })),
];
const contexts = [...shop.contexts.map(({ name }) => name), 'assistant'];

describe('a delegate of any context', () => {
  it.each(requests.map(({ name, access }) => [name, access] as const))(
    'may send %s where its user may at the edge, and nowhere else',
    (_, access) => {
      for (const user of users) {
        const asUser = checkAccess(access, { service: GATEWAY, ...user });
        for (const context of contexts) expect(checkAccess(access, delegatePrincipal(context, user))).toBe(asUser);
      }
    },
  );

  it('may not send what contexts alone may, of which there is something', () => {
    const alone = requests.filter(({ access }) => access.every(({ allow }) => allow === 'service'));
    expect(alone.length).toBeGreaterThan(5);
    const everybody = { user: 'ada', roles };
    for (const { access } of alone)
      for (const context of contexts)
        expect(checkAccess(access, delegatePrincipal(context, everybody))).toBe('forbidden');
  });
});
