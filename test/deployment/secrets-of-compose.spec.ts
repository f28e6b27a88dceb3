import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readComposeFile } from './compose-file.js';

const ROOT = join(import.meta.dirname, '..', '..');
const guide = readFileSync(join(ROOT, 'docs', 'guides', 'deploy.md'), 'utf8');
const [, commands = ''] = /```\n(touch \.env[^`]*)docker compose up/.exec(guide) ?? [];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'isolith-compose-'));
  copyFileSync(join(ROOT, 'docker-compose.yml'), join(folder, 'docker-compose.yml'));
  // Not every machine that tests has OpenSSL; what is asked of it is told by the arguments.
  writeFileSync(join(folder, 'openssl'), '#!/bin/sh\n[ "$*" = "rand -hex 32" ] && echo "drawn-by-$$"\n', {
    mode: 0o755,
  });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What `.env` says after the lines of the guide have run. */
function secrets(): Readonly<Record<string, string>> {
  const { status, stderr } = spawnSync('sh', ['-e', '-c', commands], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: [folder, process.env['PATH']].join(delimiter) },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const lines = readFileSync(join(folder, '.env'), 'utf8').trim().split('\n');
  const pairs = lines.map((line): [string, string] => [
    line.slice(0, line.indexOf('=')),
    line.slice(line.indexOf('=') + 1),
  ]);
  expect(new Set(pairs.map(([name]) => name)).size).toBe(pairs.length);
  return Object.fromEntries(pairs);
}

describe('the lines of the guide that make .env', () => {
  it('draw every secret that docker-compose.yml requires, whatever contexts there are', () => {
    const made = secrets();
    expect(() => readComposeFile(made)).not.toThrow();
    expect(Object.values(made).every((value) => value.startsWith('drawn-by-'))).toBe(true);
    expect(statSync(join(folder, '.env')).mode & 0o077).toBe(0);
  });

  it('change nothing that is there, and add what is missing', () => {
    writeFileSync(join(folder, '.env'), 'AUTH_SECRET=mine\nPOSTGRES_PASSWORD=mine too\n');
    const made = secrets();
    expect(made).toMatchObject({ AUTH_SECRET: 'mine', POSTGRES_PASSWORD: 'mine too' });
    expect(secrets()).toEqual(made);
    expect(made['RABBITMQ_PASSWORD']).toMatch(/^drawn-by-/);
  });
});
