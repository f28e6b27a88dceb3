import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsoleBrowser } from './support/console-browser.js';

const BUILT = join(import.meta.dirname, '..', '..', 'libs', 'console', 'dist', 'web');
const MOST_SCRIPT_BYTES = 200_000;
const PAINTED_WITHIN_MS = 1_000;
/** A page that takes longer of itself does so each time. */
const MOST_LOOKS = 20;

let browser: ConsoleBrowser;
beforeAll(async () => {
  browser = await ConsoleBrowser.start();
});
afterAll(() => browser?.stop());

describe('the pages', () => {
  it('are light: all scripts together stay below 200 kB as they are sent', () => {
    const scripts = readdirSync(join(BUILT, 'assets')).filter((name) => name.endsWith('.js'));
    const sizes = scripts.map((name) => gzipSync(readFileSync(join(BUILT, 'assets', name))).length);
    expect(scripts.length).toBeGreaterThan(0);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_SCRIPT_BYTES);
  });

  it('have nothing inline and name nothing elsewhere', () => {
    const html = readFileSync(join(BUILT, 'index.html'), 'utf8');
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|https?:/);
    expect([...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, where]) => where)).toEqual([
      expect.stringMatching(/^\.\/assets\//),
      expect.stringMatching(/^\.\/assets\//),
      expect.stringMatching(/^\.\/assets\//),
    ]);
  });

  it('are there within a second, as soon as the machine is not busy with other things', async () => {
    const painted: number[] = [];
    while (painted.length < MOST_LOOKS && Math.min(...painted) >= PAINTED_WITHIN_MS) {
      const page = await browser.open('#/map');
      await page.getByRole('heading', { level: 1 }).waitFor();
      painted.push(await page.evaluate<number>('performance.getEntriesByName("first-contentful-paint")[0].startTime'));
      expect(await browser.endPages()).toEqual([]);
    }
    expect(Math.min(...painted)).toBeLessThan(PAINTED_WITHIN_MS);
  });
});
