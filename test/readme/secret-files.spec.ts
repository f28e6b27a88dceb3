import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { UnauthenticatedError } from '@isolith/contracts';
import { parseConfig } from '@isolith/isolith';
import { AccessTokens, deriveKeys } from '@isolith/isolith/http';
import { shop } from '../../src/shop.js';

const folder = mkdtempSync(join(tmpdir(), 'isolith-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

const secret = 'a'.repeat(40);
const file = join(folder, 'auth');
writeFileSync(file, `${secret}\n`);

it('what stands in a file is read as if it were in the environment', () => {
  const env = { AUTH_SECRET_FILE: file, LOG_LEVEL: 'warn' };
  const { config, violations } = parseConfig(shop, env);
  expect(violations).toEqual([]);
  expect(config.values).toMatchObject({ AUTH_SECRET: secret, LOG_LEVEL: 'warn' });
});

it('a new secret signs everybody out unless the one of before is accepted', () => {
  const fresh = 'b'.repeat(40);
  const issued = new AccessTokens(deriveKeys(secret)).issue({ user: 'u', roles: [], session: 's' });
  expect(() => new AccessTokens(deriveKeys(fresh)).verify(issued)).toThrow(UnauthenticatedError);
  expect(new AccessTokens(deriveKeys(fresh, { previous: secret })).verify(issued).user).toBe('u');
});

it('the page names every variable that is kept secret, and each may be in a file', () => {
  const page = readFileSync(new URL('../../docs/guides/secrets.md', import.meta.url), 'utf8');
  // None of them is shown: not even one that is wrong, as these are.
  const wrong = '\u0000 §x';
  const refused = Object.keys(shop.variables).flatMap((name) =>
    parseConfig(shop, { [name]: wrong }).violations.filter((line) => line.startsWith(`${name}: expected`)),
  );
  const secrets = refused.filter((line) => !line.includes('§x')).map((line) => line.split(':')[0] ?? '');
  expect(secrets).toEqual(expect.arrayContaining(['ADMIN_PASSWORD', 'AUTH_SECRET', 'DATABASE_URL', 'METRICS_TOKEN']));
  expect(secrets.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  for (const name of secrets)
    expect(parseConfig(shop, { [`${name}_FILE`]: join(folder, 'none') }).violations).toContainEqual(
      expect.stringContaining(`${name}_FILE: the file that it names can't be read`),
    );
});
