import { expect, it } from '@jest/globals';
import { newServiceKey, readServiceKey } from '../identity/service-key.js';
import { identityInUse } from './identity-in-use.js';

it('what hosts know one another by is said, with the name of the key and nothing else of it', () => {
  const { privateKey } = newServiceKey();
  const own = readServiceKey(privateKey);
  expect(identityInUse({ SERVICE_KEY: undefined, SERVICE_IDENTITY: 'accepted' })).toMatch(/^one secret for all hosts/);
  for (const identity of ['accepted', 'preferred', 'required'] as const) {
    const said = identityInUse({ SERVICE_KEY: own, SERVICE_IDENTITY: identity });
    expect(said).toMatch(new RegExp(`^service key ${own?.id}, ${identity}: `));
    expect(said).not.toContain(privateKey.slice(0, 40));
  }
});
