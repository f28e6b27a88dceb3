import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');
/** The first run on a machine fetches promtool. */
const LIMIT_MS = 300_000;

it(
  'promtool finds that each alert fires and is silent as its tests tell',
  async () => {
    const files = readdirSync(join(ROOT, 'test', 'alerts')).filter((name) => name.endsWith('.test.yml'));
    // It ends with 1 where anything differs, and where promtool can't be had: then with the name of what did not run.
    const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, 'scripts', 'alerts.ts')]);
    const passed = [...stdout.matchAll(/^Unit Testing: +\S*?([\w.-]+)\n +SUCCESS$/gm)].map(([, name = '']) => name);
    expect(new Set(passed)).toEqual(new Set(files));
    expect(stdout).toMatch(/^ +SUCCESS: \d+ rules found$/m);
    expect(stdout).toMatch(/^ +SUCCESS: \S*prometheus\.yml is valid prometheus config file syntax$/m);
  },
  LIMIT_MS,
);
