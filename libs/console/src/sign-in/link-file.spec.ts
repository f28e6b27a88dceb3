import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { takeLink } from './link-file.js';

const LINK = 'l'.repeat(43);
const NOW = Date.parse('2026-01-01T00:00:00Z');

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'console-link-'));
  file = join(folder, 'link');
  keep({});
});
afterEach(() => rmSync(folder, { recursive: true }));

function keep(more: object): void {
  const digest = createHash('sha256').update(LINK).digest('base64url');
  writeFileSync(file, JSON.stringify({ digest, expiresAt: '2026-01-01T00:10:00Z', ...more }));
}

describe('a link that signs in', () => {
  it('works once, whoever asks at the same time', async () => {
    const asked = await Promise.all(Array.from({ length: 10 }, () => takeLink(file, LINK, NOW)));
    expect(asked.filter((taken) => taken)).toHaveLength(1);
    expect(await takeLink(file, LINK, NOW)).toBe(false);
    expect(existsSync(file)).toBe(false);
  });

  it('is not used up by who guesses', async () => {
    expect(await takeLink(file, 'x'.repeat(43), NOW)).toBe(false);
    expect(await takeLink(file, '', NOW)).toBe(false);
    expect(await takeLink(file, LINK, NOW)).toBe(true);
  });

  it('expires, and then nothing is left of it', async () => {
    expect(await takeLink(file, LINK, Date.parse('2026-01-01T00:10:00Z'))).toBe(false);
    expect(existsSync(file)).toBe(false);
  });

  it('is none where there is no file', async () => {
    expect(await takeLink(join(folder, 'no'), LINK, NOW)).toBe(false);
  });

  it.each(['', '{}', '{"digest":"short","expiresAt":"2026-01-01T00:10:00Z"}'])(
    'is not taken from a file that says %p',
    async (text) => {
      writeFileSync(file, text);
      await expect(takeLink(file, LINK, NOW)).rejects.toThrow();
      expect(existsSync(file)).toBe(true);
    },
  );
});
