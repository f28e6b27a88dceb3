import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { adminDatabase } from './admin-database.js';
import { makeShopRoles } from './make-shop-roles.js';

const URL = 'postgres://admin:hunter2@db:5432/shop';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'isolith-admin-'))));
afterAll(() => rmSync(folder, { recursive: true }));

it('is read from the variable, or from the file that is named', () => {
  const file = join(folder, 'url');
  writeFileSync(file, `${URL}\n`);
  expect(adminDatabase({ ADMIN_DATABASE_URL: URL, PORT: 'x' })).toEqual({ adminUrl: URL, violations: [] });
  expect(adminDatabase({ ADMIN_DATABASE_URL_FILE: file })).toEqual({ adminUrl: URL, violations: [] });
});

it.each([
  [{}, 'ADMIN_DATABASE_URL: required'],
  [{ ADMIN_DATABASE_URL: 'mysql://admin:hunter2@db/shop' }, 'ADMIN_DATABASE_URL: expected a URL postgres://'],
  [{ ADMIN_DATABASE_URL_FILE: '/hunter2' }, 'ADMIN_DATABASE_URL_FILE: the file that it names can'],
])('%j is refused once, and never shown', async (env, beginning) => {
  const said: string[] = [];
  expect(await makeShopRoles(env, false, (line) => said.push(line))).toBe(1);
  expect(said).toEqual([expect.stringContaining(beginning)]);
  expect(said.join()).not.toContain('hunter2');
});
