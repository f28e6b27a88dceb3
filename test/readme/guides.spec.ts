import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');
const guide = readFileSync(join(ROOT, 'docs', 'guides', 'adopt.md'), 'utf8');

// test/strangers runs them.
it.each(['stock/stock.contract.ts', 'stock/stock.service.ts', 'stock/stock.module.ts', 'app.module.ts'])(
  'the guide into an own application shows the file that is tested: %s',
  (file) => {
    const code = readFileSync(join(ROOT, 'test', 'strangers', 'desk', 'after', 'src', file), 'utf8');
    expect(guide).toContain(`\`\`\`ts\n${code}\`\`\``);
  },
);
