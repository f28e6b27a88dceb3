import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { application } from '../context/application.js';
import { context } from '../context/context.js';
import { parseConfig } from '../config/parse-config.js';
import { unusedData } from './unused-data.js';

const URL = 'postgres://u:secret@h/d';
let folder: string;
const said = (env: Record<string, string>) =>
  unusedData(
    parseConfig(application('app', [context('orders'), context('payments')]), { DATA_DIR: folder, ...env }).config,
  );

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'isolith-unused-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a host on PostgreSQL beside a data folder', () => {
  it('says nothing of a folder without a database, although a secret is in it', () => {
    writeFileSync(join(folder, 'auth-secret'), 'x'.repeat(40));
    expect(said({ DATABASE_URL: URL })).toBeUndefined();
  });

  it('names the contexts whose rows may be in an embedded database, and keeps the password to itself', () => {
    mkdirSync(join(folder, 'postgres'));
    writeFileSync(join(folder, 'postgres', 'PG_VERSION'), '17');
    expect(said({ DATABASE_URL: URL })).toMatch(/^DATA_DIR: .* which orders, payments do not use.*npm run move-data/);
    expect(said({ ORDERS_DATABASE_URL: URL })).toContain('which orders does not use');
    expect(said({ DATABASE_URL: URL })).not.toContain('secret');
  });

  it('says nothing when all contexts use the folder', () => {
    expect(said({})).toBeUndefined();
  });
});
